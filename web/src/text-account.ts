import type { Words } from './text';

/** The words about making, keeping and ending an account, as `text` has all others. */
export const accountText = {
  // Making one
  joinTitle: { en: 'Make an account · Latchkey', zh: '创建账号 · Latchkey' },
  joinFirst: { en: 'Make the first account', zh: '创建第一个账号' },
  joinHeading: { en: 'Make your account', zh: '创建你的账号' },
  joinLead: {
    en: 'With it you approve sign-ins from this device. The link works once.',
    zh: '用它可以在此设备上确认登录。此链接只能使用一次。',
  },
  joinOpenLead: { en: 'With it you approve sign-ins from this device.', zh: '用它可以在此设备上确认登录。' },
  joinAdmin: { en: 'This account will be an administrator.', zh: '此账号将是管理员。' },
  joinPasskey: { en: 'Make it with a passkey', zh: '使用通行密钥创建' },
  joinPasskeyMore: {
    en: 'Your fingerprint, face or screen lock opens the account. There is no password to forget.',
    zh: '用指纹、面容或屏幕锁打开账号，无需记住密码。',
  },
  joinOr: { en: 'or with a password', zh: '或使用密码' },
  joinNameRule: { en: 'Name: 1 to 64 characters', zh: '用户名：1 到 64 个字符' },
  joinPasswordRule: { en: 'Password: at least 8 characters', zh: '密码：至少 8 个字符' },
  ruleMet: { en: 'done', zh: '已满足' },
  joinGo: { en: 'Make account', zh: '创建账号' },
  joinNameFault: { en: 'Use 1 to 64 characters as name.', zh: '用户名应为 1 到 64 个字符。' },
  joinNameTaken: { en: 'Somebody has this name already. Choose another.', zh: '此用户名已被使用，请换一个。' },
  joinPasswordFault: { en: 'Use at least 8 characters.', zh: '至少需要 8 个字符。' },
  joinPasswordLong: { en: 'That password is too long.', zh: '密码过长。' },
  joinNoWay: {
    en: 'Accounts here are opened by passkeys, and those do not work at this address. Open the link at the site’s https address.',
    zh: '此处的账号须使用通行密钥，而此地址无法使用通行密钥。请通过网站的 https 地址打开链接。',
  },
  joinUsed: { en: 'This link no longer works', zh: '此链接已失效' },
  joinUsedMore: {
    en: 'It was used, has run out, or was not copied whole. Sign in if you have an account, or ask whoever sent it for a new one.',
    zh: '它已被使用、已过期，或没有复制完整。如果已有账号请登录，否则请向发送者索取新链接。',
  },
  joinClosed: { en: 'You need an invitation', zh: '需要邀请' },
  joinClosedMore: {
    en: 'Accounts are made here with a link from whoever runs this site. Open the whole link.',
    zh: '此处须通过网站管理员提供的链接创建账号。请打开完整链接。',
  },

  // Without a connection
  offlineTitle: { en: 'No connection · Latchkey', zh: '没有网络 · Latchkey' },
  offlineHeading: { en: 'You are offline', zh: '没有网络连接' },
  offlineMore: { en: 'To approve a sign-in your phone needs a connection. This page comes back by itself.', zh: '确认登录需要网络连接。恢复连接后此页面会自动返回。' },

  // Signing in by other means
  signinJoin: { en: 'Make an account', zh: '创建账号' },
  recoverInstead: { en: 'Use a recovery code', zh: '使用恢复码' },
  recoverCode: { en: 'Recovery code', zh: '恢复码' },
  recoverHint: { en: '16 letters and digits; each code works once.', zh: '16 个字母和数字；每个恢复码只能使用一次。' },
  recoverWrong: { en: 'Name or recovery code is not right, or the code was used.', zh: '用户名或恢复码不正确，或恢复码已被使用。' },
  recoverMissing: { en: 'Enter your name and a recovery code.', zh: '请输入用户名和恢复码。' },
  kindRecovery: { en: 'with a recovery code', zh: '使用恢复码' },
  passwordsOff: { en: 'Passwords do not open accounts here. Use a passkey.', zh: '此处不能使用密码登录，请使用通行密钥。' },

  // Keeping and ending it
  accountHeading: { en: 'Your account', zh: '你的账号' },
  accountPassword: { en: 'Password', zh: '密码' },
  accountHasPassword: { en: 'A password opens this account.', zh: '此账号可以使用密码登录。' },
  accountNoPassword: { en: 'No password opens this account.', zh: '此账号不能使用密码登录。' },
  accountPasswordNew: { en: 'New password', zh: '新密码' },
  accountPasswordKeep: { en: 'Save', zh: '保存' },
  accountPasswordKept: { en: 'The password was saved. You were signed out everywhere else.', zh: '密码已保存，其他设备均已退出。' },
  accountPasswordDrop: { en: 'Remove the password', zh: '移除密码' },
  accountPasswordDropped: { en: 'The password was removed. You were signed out everywhere else.', zh: '密码已移除，其他设备均已退出。' },
  accountCodes: { en: 'Recovery codes', zh: '恢复码' },
  accountCodesWhy: {
    en: 'For the day when your passkeys are lost: each code signs you in once. Keep them on paper, away from this device.',
    zh: '在通行密钥丢失时使用：每个恢复码可登录一次。请写在纸上，与此设备分开保管。',
  },
  accountCodesLeft: { en: 'Codes left: {left}', zh: '剩余恢复码：{left} 个' },
  accountCodesNone: { en: 'You have no recovery codes.', zh: '你没有恢复码。' },
  accountCodesMake: { en: 'Make new codes', zh: '生成新的恢复码' },
  accountCodesOld: { en: 'New codes end the old ones.', zh: '生成新的恢复码后，旧的将失效。' },
  accountCodesShown: { en: 'Write these down now. They are not shown again.', zh: '请立即抄下。恢复码不会再次显示。' },
  accountCodesDone: { en: 'I have kept them', zh: '我已保存' },
  accountData: { en: 'Your data', zh: '你的数据' },
  accountExport: { en: 'Download everything', zh: '下载全部数据' },
  accountExportMore: { en: 'What is stored of your account, as one file (JSON).', zh: '你的账号的存储数据，一个 JSON 文件。' },
  accountExported: { en: 'The file was made.', zh: '文件已生成。' },
  accountDelete: { en: 'Delete the account', zh: '删除账号' },
  accountDeleteMore: {
    en: 'Its passkeys, sessions and settings are erased at once, and nobody can bring them back. The site’s log of sign-ins stays.',
    zh: '通行密钥、会话和设置将立即删除，无法恢复。网站的登录日志会保留。',
  },
  accountDeleteName: { en: 'Type your name to go on', zh: '输入你的用户名以继续' },
  accountDeleteGo: { en: 'Delete for good', zh: '永久删除' },
  accountOtherName: { en: 'That is not the name of this account.', zh: '这不是此账号的用户名。' },
  accountLastAdmin: {
    en: 'You are the only administrator. Make somebody else one first.',
    zh: '你是唯一的管理员，请先将他人设为管理员。',
  },
  accountLastWay: { en: 'Nothing else opens this account. Add a passkey first.', zh: '没有其他方式可以登录此账号，请先添加通行密钥。' },
  passkeySureLast: {
    en: 'It is the only thing that opens this account. Without it, and without a recovery code, nobody gets in again.',
    zh: '这是登录此账号的唯一方式。移除后，若没有恢复码，将无法再登录。',
  },
} as const satisfies Record<string, Words>;

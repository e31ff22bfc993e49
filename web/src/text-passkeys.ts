import type { Words } from './text';

/** The words about passkeys, as `text` has all others. */
export const passkeyText = {
  passkeySignIn: { en: 'Sign in with a passkey', zh: '使用通行密钥登录' },
  passkeyOr: { en: 'or with your name and password', zh: '或使用用户名和密码' },
  passkeyUnknown: { en: 'This passkey is not known here any more. Use another, or your password.', zh: '此处已没有这个通行密钥。请使用其他通行密钥或密码。' },
  passkeyRefused: { en: 'The passkey was not accepted. Try again, or use another way.', zh: '通行密钥未被接受。请重试，或使用其他方式。' },
  passkeyExpired: { en: 'That took too long. Please try again.', zh: '操作超时，请重试。' },
  passkeysOff: { en: 'Passkeys do not work at this address.', zh: '在此地址无法使用通行密钥。' },
  passkeysHeading: { en: 'Passkeys', zh: '通行密钥' },
  passkeysNone: {
    en: 'A passkey lets you sign in with your fingerprint, face or screen lock. Nobody can guess it or trick it out of you.',
    zh: '通行密钥让你用指纹、面容或屏幕锁登录，别人无法猜到，也无法骗走。',
  },
  passkeyAdd: { en: 'Add a passkey', zh: '添加通行密钥' },
  passkeyAdded: { en: 'The passkey was added.', zh: '已添加通行密钥。' },
  passkeyMade: { en: 'added {made}', zh: '添加于 {made}' },
  passkeyUsed: { en: 'last used {used}', zh: '最近使用：{used}' },
  passkeyNeverUsed: { en: 'never used', zh: '从未使用' },
  passkeyBackedUp: { en: 'synced', zh: '已同步' },
  passkeyHereOnly: { en: 'on one device only', zh: '仅在一台设备上' },
  passkeyRemove: { en: 'Remove', zh: '移除' },
  passkeyRemoveLabel: { en: 'Remove the passkey {name}', zh: '移除通行密钥 {name}' },
  passkeySure: { en: 'It will not sign you in any more.', zh: '移除后将无法用它登录。' },
  passkeyKeep: { en: 'Keep it', zh: '保留' },
  passkeyReallyRemove: { en: 'Remove it', zh: '确认移除' },
  passkeyRemoved: { en: 'The passkey was removed.', zh: '已移除通行密钥。' },
  passkeyKnown: { en: 'This device has a passkey for your account already.', zh: '此设备已有你的账号的通行密钥。' },
  passkeyTooMany: { en: 'You have as many passkeys as an account can have. Remove one first.', zh: '通行密钥数量已达上限，请先移除一个。' },
  passkeyFreshSession: { en: 'You signed in a while ago. To be sure that it is you:', zh: '你登录已有一段时间。为确认是你本人：' },
  passkeySignInAgain: { en: 'sign in again', zh: '重新登录' },
} as const satisfies Record<string, Words>;

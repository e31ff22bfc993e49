/**
 * Every word a person reads, once per language.
 * Used only while building: pages are made per language, so scripts carry no words.
 * `{name}` is a slot: a script fills it in. When a slot may stay empty, `SLOTUnknown` says what stands there instead.
 */

import { accountText } from './text-account';
import { adminText } from './text-admin';
import { passkeyText } from './text-passkeys';

export const languages = ['en', 'zh'] as const;
export type Language = (typeof languages)[number];

/** One text in every language. */
export type Words = Readonly<Record<Language, string>>;

export const text = {
  // Every page
  languageTag: { en: 'en', zh: 'zh-CN' },
  otherLanguageTag: { en: 'zh-CN', zh: 'en' },
  otherLanguageCode: { en: 'zh', zh: 'en' },
  otherLanguage: { en: '中文', zh: 'English' },
  justNow: { en: 'just now', zh: '刚刚' },
  clientUnknown: { en: 'an application', zh: '应用' },
  browserUnknown: { en: 'An unknown browser', zh: '未知浏览器' },
  systemUnknown: { en: 'an unknown system', zh: '未知系统' },
  addressUnknown: { en: 'address unknown', zh: '地址未知' },
  browserOnSystem: { en: '{browser} on {system}', zh: '{system} 上的 {browser}' },
  needsScript: {
    en: 'This page needs JavaScript. Please turn it on for this site, then load the page again.',
    zh: '此页面需要 JavaScript。请为本网站启用后重新加载。',
  },
  tryAgain: { en: 'Try again', zh: '重试' },
  signOut: { en: 'Sign out', zh: '退出登录' },
  signIn: { en: 'Sign in', zh: '登录' },
  loading: { en: 'Loading…', zh: '正在加载…' },
  unreachable: {
    en: 'The server cannot be reached. Check your connection, then try again.',
    zh: '无法连接到服务器。请检查网络后重试。',
  },
  wentWrong: { en: 'That did not work. Please try again.', zh: '操作未成功，请重试。' },
  tooMany: {
    en: 'Too many tries. Wait a minute, then try again.',
    zh: '尝试次数过多。请等一分钟再试。',
  },

  // Login page
  loginTitle: { en: 'Sign in to Latchkey', zh: '登录 Latchkey' },
  loginHeading: { en: 'Sign in to {client}', zh: '登录 {client}' },
  loginStep1: { en: 'Open your phone’s camera', zh: '打开手机相机' },
  loginStep2: { en: 'Point it at this code', zh: '对准二维码' },
  loginStep3: { en: 'Approve on your phone', zh: '在手机上确认' },
  loginWaiting: { en: 'Waiting for your phone', zh: '等待手机扫描' },
  loginStarting: { en: 'Making a code…', zh: '正在生成二维码…' },
  loginScanned: { en: 'Hi {name}. Confirm on your phone.', zh: '你好，{name}。请在手机上确认。' },
  loginScannedNobody: { en: 'Confirm on your phone.', zh: '请在手机上确认。' },
  loginNumber: { en: 'Type this number on your phone', zh: '请在手机上输入此数字' },
  loginApproved: { en: 'Signed in. Taking you there…', zh: '已登录，正在跳转…' },
  loginDeclined: { en: 'The sign-in was declined.', zh: '登录已被拒绝。' },
  loginWrongNumber: {
    en: 'A wrong number was typed on the phone. Nobody was signed in.',
    zh: '手机上输入的数字不正确，未登录。',
  },
  loginReported: {
    en: 'The phone’s owner said this wasn’t them. Nobody was signed in.',
    zh: '手机的主人表示这不是本人操作，未登录。',
  },
  loginStill: { en: 'Still there?', zh: '还在吗？' },
  loginOffline: { en: 'Connection lost. Trying again…', zh: '连接已断开，正在重试…' },
  loginNewCode: { en: 'Show a new code', zh: '显示新的二维码' },
  loginNotYou: { en: 'Not you? Show a new code', zh: '不是你？显示新的二维码' },
  loginCodeLabel: {
    en: 'Code to scan with your phone’s camera',
    zh: '用手机相机扫描的二维码',
  },
  loginRefused: { en: 'Sign-in is not possible', zh: '无法登录' },
  loginRefusedBrowser: {
    en: 'This browser did not keep what signing in needs. Allow cookies for this site, then try again.',
    zh: '浏览器没有保存登录所需的信息。请允许本网站使用 Cookie 后重试。',
  },
  loginRefusedBusy: {
    en: 'Too many sign-ins were started from your network. Wait a minute, then try again.',
    zh: '你的网络发起的登录过多。请等一分钟再试。',
  },
  loginRefusedOrigin: {
    en: 'The server does not accept this page’s address. Please tell whoever runs this site.',
    zh: '服务器不接受此页面的地址。请联系网站管理员。',
  },
  loginRefusedClient: {
    en: 'The application that sent you here is not known to this server. Please tell whoever runs the application.',
    zh: '此服务器不认识让你来此登录的应用。请联系该应用的管理员。',
  },
  loginRefusedReturn: {
    en: 'You were not signed in: the application has not registered the address to return to. Please tell whoever runs it.',
    zh: '未登录：该应用没有登记登录后返回的地址。请联系该应用的管理员。',
  },
  loginRefusedBroken: {
    en: 'The server gave an unexpected answer. Load the page again; if that does not help, tell whoever runs this site.',
    zh: '服务器返回了意外的结果。请重新加载页面；如仍无效，请联系网站管理员。',
  },
  loginTypeInstead: { en: 'Type a code instead', zh: '改用输入代码' },
  loginTypeHow: {
    en: 'On your phone, open {home} and type:',
    zh: '在手机上打开 {home} 并输入：',
  },
  loginNoScript: { en: 'This browser runs no JavaScript.', zh: '此浏览器未启用 JavaScript。' },
  loginNoScriptGo: { en: 'Sign in without it', zh: '不使用 JavaScript 登录' },
  plainTitle: { en: 'Sign in to Latchkey', zh: '登录 Latchkey' },
  plainReloads: { en: 'This page looks for news by itself every few seconds.', zh: '此页面每隔几秒自动刷新。' },
  plainLook: { en: 'Look now', zh: '立即刷新' },
  plainApproved: { en: 'Approved on the phone', zh: '手机已确认' },
  plainContinue: { en: 'Continue', zh: '继续' },
  plainOver: { en: 'This code is over. Nobody was signed in by it.', zh: '此二维码已失效，未登录。' },
  // Names and passwords
  nameLabel: { en: 'Name', zh: '用户名' },
  passwordLabel: { en: 'Password', zh: '密码' },
  showPassword: { en: 'Show', zh: '显示' },
  hidePassword: { en: 'Hide', zh: '隐藏' },
  wrongCredentials: { en: 'Name or password is not right.', zh: '用户名或密码不正确。' },
  fieldsMissing: { en: 'Enter your name and password.', zh: '请输入用户名和密码。' },

  // Sign-in page
  signinTitle: { en: 'Sign in · Latchkey', zh: '登录 · Latchkey' },
  signinHeading: { en: 'Sign in', zh: '登录' },
  signinLead: {
    en: 'Once signed in, this device can approve sign-ins elsewhere.',
    zh: '登录后，此设备可以确认其他设备上的登录。',
  },

  // Phone page
  phoneTitle: { en: 'Approve a sign-in · Latchkey', zh: '确认登录 · Latchkey' },
  phoneLoading: { en: 'Looking up this sign-in…', zh: '正在查询此次登录…' },
  phoneSignin: { en: 'Sign in to approve', zh: '登录后确认' },
  phoneSigninLead: {
    en: 'You have five minutes. After signing in you will see who is asking.',
    zh: '请在五分钟内登录。登录后你将看到是谁在请求。',
  },
  phoneWants: { en: 'wants to sign you in on', zh: '请求在这里登录你的账号：' },
  phoneAddress: { en: 'Address', zh: '地址' },
  phoneNetwork: { en: 'Network', zh: '网络' },
  phoneSame: { en: 'same network as this phone', zh: '与此手机相同的网络' },
  phoneDifferent: { en: 'a different network', zh: '不同的网络' },
  phoneNetworkUnclear: { en: 'not known', zh: '无法判断' },
  phoneBrowser: { en: 'Browser', zh: '浏览器' },
  phoneKnown: { en: 'you have used this browser before', zh: '你用过这个浏览器' },
  phoneNew: { en: 'a browser you have not used before', zh: '你没有用过的浏览器' },
  phoneAsked: { en: 'Asked', zh: '时间' },
  phoneAccount: { en: 'Account', zh: '账号' },
  phoneSwitch: { en: 'Switch', zh: '切换' },
  phoneSwitchLabel: { en: 'Switch to another account', zh: '切换到其他账号' },
  phoneWarning: {
    en: 'Only approve if you are looking at this screen now. Never approve a code that somebody sent you.',
    zh: '只有在你正看着那块屏幕时才确认。切勿确认别人发给你的二维码。',
  },
  phoneNumber: { en: 'Number shown on the screen', zh: '屏幕上显示的数字' },
  phoneNumberTry: {
    en: 'Two digits. You have one try: a wrong number declines the sign-in.',
    zh: '两位数字。只能输入一次：数字错误将拒绝此次登录。',
  },
  phoneNumberMissing: {
    en: 'Type the two digits that the screen shows, then approve.',
    zh: '请先输入屏幕上显示的两位数字，然后确认。',
  },
  phoneDecline: { en: 'Decline', zh: '拒绝' },
  phoneApprove: { en: 'Approve', zh: '确认' },
  phoneReport: { en: 'This wasn’t me', zh: '不是我' },
  phoneApproved: { en: 'Approved', zh: '已确认' },
  phoneApprovedMore: { en: 'You can put your phone away.', zh: '可以收起手机了。' },
  phoneEnd: { en: 'Sign out that browser', zh: '退出那个浏览器' },
  phoneEndGone: {
    en: 'That is not possible here any more. Look under “Your sign-ins”.',
    zh: '此处已无法操作。请在“你的登录”中查看。',
  },
  phoneEnded: { en: 'Signed out there', zh: '已在那边退出' },
  phoneEndedMore: {
    en: 'That browser was signed in and is now signed out.',
    zh: '那个浏览器此前已登录，现已退出。',
  },
  phoneTakenBack: { en: 'Taken back', zh: '已撤回' },
  phoneTakenBackMore: {
    en: 'Your approval was taken back. That browser is not signed in.',
    zh: '你的确认已撤回。那个浏览器没有登录。',
  },
  phoneReported: { en: 'Reported', zh: '已报告' },
  phoneReportedMore: {
    en: 'This sign-in was stopped, and that browser is not signed in to your account.',
    zh: '此次登录已被阻止，那个浏览器没有登录你的账号。',
  },
  phoneReportedEnded: {
    en: 'Sessions of that browser that were ended: {ended}',
    zh: '已结束那个浏览器上的会话：{ended} 个',
  },
  phoneReportedAdvice: {
    en: 'If somebody sent you the code, do not do what they ask.',
    zh: '如果二维码是别人发给你的，请不要按对方的要求操作。',
  },
  phoneWrongNumber: { en: 'The number was wrong', zh: '数字错误' },
  phoneWrongNumberMore: {
    en: 'The sign-in was declined, to be safe. If you are looking at the screen, choose “Show a new code” there and scan it.',
    zh: '为安全起见，此次登录已被拒绝。如果你正看着那块屏幕，请选择“显示新的二维码”并扫描。',
  },
  phoneRefused: { en: 'This sign-in is not allowed', zh: '不允许此次登录' },
  phoneRefusedBrowser: {
    en: 'The application only accepts browsers that you have used before. Use one of those, or ask whoever runs the application.',
    zh: '该应用只接受你用过的浏览器。请改用那样的浏览器，或联系该应用的管理员。',
  },
  phoneRefusedNetwork: {
    en: 'The application only accepts a screen in the same network as your phone. Connect both to one network, or ask whoever runs the application.',
    zh: '该应用只接受与手机处于相同网络的屏幕。请将两者连接到同一网络，或联系该应用的管理员。',
  },
  phoneRefusedOther: {
    en: 'The application’s rules do not allow it. Ask whoever runs the application.',
    zh: '该应用的规则不允许此次登录。请联系该应用的管理员。',
  },
  phoneDeclined: { en: 'Declined', zh: '已拒绝' },
  phoneDeclinedMore: {
    en: 'Nobody was signed in. If you did not start this, you need not do anything else.',
    zh: '没有人登录。如果不是你发起的，无需再做任何操作。',
  },
  phoneSwitching: { en: 'Use another account', zh: '使用其他账号' },
  phoneSwitchingLead: {
    en: 'This sign-in was declined. Sign in with the other account, then scan a new code.',
    zh: '此次登录已被拒绝。请用其他账号登录，然后扫描新的二维码。',
  },
  phoneSwitched: { en: 'Now scan a new code', zh: '现在请扫描新的二维码' },
  phoneSwitchedMore: {
    en: 'You are signed in as {name}. Choose “Show a new code” on the screen and scan it.',
    zh: '你已登录为 {name}。请在屏幕上选择“显示新的二维码”并扫描。',
  },
  phoneUnknown: { en: 'This is not a valid code', zh: '此二维码无效' },
  phoneUnknownMore: {
    en: 'It may have been read or typed wrongly. Scan the code on the screen once more, or type it again.',
    zh: '可能读取或输入有误。请再扫描一次屏幕上的二维码，或重新输入代码。',
  },
  phoneExpired: { en: 'This code has run out', zh: '此二维码已过期' },
  phoneExpiredMore: {
    en: 'Ask for a new code on the screen, then scan that one.',
    zh: '请在屏幕上显示新的二维码，然后扫描。',
  },
  phoneTaken: { en: 'This code was already used', zh: '此二维码已被使用' },
  phoneTakenMore: {
    en: 'Another phone or account has scanned it. If that was not you, leave it and ask for a new code on the screen.',
    zh: '另一部手机或另一个账号已扫描过它。如果不是你，请不必理会，并在屏幕上显示新的二维码。',
  },
  phoneGone: { en: 'No screen is showing this code', zh: '没有屏幕正在显示此二维码' },
  phoneGoneMore: {
    en: 'The page was closed or has moved on. Open it again and scan the code it shows.',
    zh: '页面已关闭或已更换二维码。请重新打开并扫描显示的二维码。',
  },
  phoneBusy: { en: 'Too many tries', zh: '尝试次数过多' },
  phoneBusyMore: { en: 'Wait a minute, then try again.', zh: '请等一分钟再试。' },
  phoneOffline: { en: 'The server cannot be reached', zh: '无法连接到服务器' },
  phoneOfflineMore: {
    en: 'Check your phone’s connection. Nothing was approved.',
    zh: '请检查手机网络。尚未确认任何登录。',
  },
  phoneUnsure: { en: 'No answer from the server', zh: '服务器没有应答' },
  phoneUnsureMore: {
    en: 'Your answer may or may not have arrived. Try again: sending it twice does no harm.',
    zh: '你的操作可能已送达，也可能没有。请重试：重复发送没有影响。',
  },
  phoneDecided: { en: 'This sign-in was already answered', zh: '此次登录已有结果' },
  phoneDecidedMore: { en: 'The first answer counts. There is nothing left to do.', zh: '以第一次的选择为准，无需再操作。' },
  phoneOver: { en: 'This sign-in is over', zh: '此次登录已结束' },
  phoneOverMore: {
    en: 'It took too long or was cancelled on the screen. Nobody was signed in.',
    zh: '时间过长，或已在屏幕上取消。没有人登录。',
  },
  phoneNotYours: { en: 'This sign-in belongs to another account', zh: '此次登录属于另一个账号' },
  phoneNotYoursMore: {
    en: 'Only the account that scanned the code can answer.',
    zh: '只有扫描二维码的账号才能操作。',
  },
  phoneFailed: { en: 'That did not work', zh: '操作未成功' },
  phoneFailedMore: { en: 'The server had a problem. Please try again.', zh: '服务器出现问题，请重试。' },
  phoneHome: { en: 'Your sign-ins', zh: '你的登录' },

  // Home and dashboard
  homeTitle: { en: 'Home · Latchkey', zh: '首页 · Latchkey' },
  homeHeading: { en: 'Hi {name}', zh: '你好，{name}' },
  shownHeading: { en: 'When a screen shows who scanned, show', zh: '屏幕显示扫码者时，显示' },
  shownName: { en: 'My name', zh: '我的用户名' },
  shownInitials: { en: 'My initials', zh: '我的姓名首字' },
  shownNothing: { en: 'Nothing', zh: '不显示' },
  shownSaved: { en: 'Saved.', zh: '已保存。' },
  homeLead: { en: 'Signed in {since}, {how}.', zh: '{since}登录，{how}。' },
  scanHeading: { en: 'Approve a sign-in', zh: '确认登录' },
  scanLead: {
    en: 'Scan the code on the other screen, or type the short code that it shows.',
    zh: '扫描另一块屏幕上的二维码，或输入屏幕上显示的短代码。',
  },
  scanGo: { en: 'Scan a code', zh: '扫描二维码' },
  scanPicture: { en: 'What the camera sees', zh: '相机画面' },
  scanAim: { en: 'Point the camera at the code.', zh: '请将相机对准二维码。' },
  scanForeign: { en: 'This is not a Latchkey code of this site.', zh: '这不是本网站的 Latchkey 二维码。' },
  scanStop: { en: 'Stop', zh: '停止' },
  scanLight: { en: 'Light', zh: '补光' },
  scanRefused: {
    en: 'The camera is not allowed here. Allow it for this site (the icon beside the address, or the browser’s settings), then try again; or type the code.',
    zh: '未获准使用相机。请为本网站允许使用相机（地址栏旁的图标或浏览器设置），然后重试；或输入代码。',
  },
  scanNone: {
    en: 'No camera was found on this device. Type the code instead.',
    zh: '此设备上没有找到相机。请改用输入代码。',
  },
  scanInUse: {
    en: 'Something else uses the camera. Close it, then try again; or type the code.',
    zh: '相机正被其他应用使用。请关闭该应用后重试；或输入代码。',
  },
  scanInsecure: {
    en: 'Browsers open the camera only on pages with https. Scan with your phone’s own camera instead, or type the code.',
    zh: '浏览器只允许 https 页面使用相机。请改用手机自带的相机扫描，或输入代码。',
  },
  scanUnsupported: {
    en: 'This browser cannot use the camera here. Open the page in another browser, or type the code.',
    zh: '此浏览器无法在这里使用相机。请换用其他浏览器打开此页面，或输入代码。',
  },
  scanFailed: {
    en: 'The camera could not be used. Try again; or type the code.',
    zh: '无法使用相机。请重试；或输入代码。',
  },
  typeLabel: { en: 'Type a code', zh: '输入代码' },
  typeHint: { en: '8 letters, as in WDJB‑MJHT; dashes and case do not matter.', zh: '8 个字母，如 WDJB‑MJHT；连字符和大小写不影响。' },
  typeGo: { en: 'Continue', zh: '继续' },
  typeWrong: {
    en: 'That is not a code. Type the 8 letters that the screen shows; the whole link will do, too.',
    zh: '这不是有效代码。请输入屏幕上显示的 8 个字母；也可以输入完整链接。',
  },
  sessionsHeading: { en: 'Signed in on', zh: '已登录的设备' },
  sessionHere: { en: 'This device', zh: '此设备' },
  sessionSeen: { en: 'last seen {seen}', zh: '最近使用：{seen}' },
  sessionSignOut: { en: 'Sign out', zh: '退出' },
  sessionSignOutLabel: { en: 'Sign out {browser} on {system}', zh: '退出 {system} 上的 {browser}' },
  sessionsEndOthers: { en: 'Sign out everywhere else', zh: '退出其他所有设备' },
  sessionsEndAll: { en: 'Sign out everywhere', zh: '退出所有设备' },
  sessionsEnded: { en: 'Signed out everywhere else.', zh: '已退出其他所有设备。' },
  sessionEnded: { en: 'Signed out there.', zh: '已退出该设备。' },
  kindScan: { en: 'approved by phone', zh: '由手机确认' },
  kindPassword: { en: 'with a password', zh: '使用密码' },
  kindPasskey: { en: 'with a passkey', zh: '使用通行密钥' },
  kindSetup: { en: 'when the account was made', zh: '创建账号时' },
  dashboardTitle: { en: 'Dashboard · Latchkey', zh: '控制台 · Latchkey' },
  dashboardHeading: { en: 'You are signed in', zh: '你已登录' },
  dashboardSince: { en: 'Signed in', zh: '登录时间' },
  dashboardHow: { en: 'How', zh: '登录方式' },
  dashboardBy: { en: 'Approved from', zh: '确认设备' },

  // Refused, collecting, not found
  refusedTitle: { en: 'Not signed in · Latchkey', zh: '未登录 · Latchkey' },
  refusedHeading: { en: 'You are not signed in', zh: '你尚未登录' },
  refusedMore: { en: 'This page is only for people who are signed in.', zh: '此页面仅供已登录的用户查看。' },
  refusedGo: { en: 'Sign in with your phone', zh: '用手机登录' },
  collectingTitle: { en: 'Signing you in · Latchkey', zh: '正在登录 · Latchkey' },
  collectingHeading: { en: 'Signing you in…', zh: '正在登录…' },
  collectingGo: { en: 'Continue', zh: '继续' },
  collectingFailed: { en: 'The sign-in did not finish', zh: '登录未完成' },
  collectingFailedMore: {
    en: 'It was not approved in time, or was finished elsewhere.',
    zh: '未及时确认，或已在别处完成。',
  },
  notfoundTitle: { en: 'Page not found · Latchkey', zh: '找不到页面 · Latchkey' },
  notfoundHeading: { en: 'There is no such page', zh: '没有这个页面' },
  notfoundMore: { en: 'The address may be mistyped or out of date.', zh: '地址可能有误或已失效。' },
  notfoundGo: { en: 'To the start page', zh: '回到首页' },
  ...passkeyText,
  ...accountText,
  ...adminText,
} as const satisfies Record<string, Words>;

export type TextKey = keyof typeof text;

import { shareLeft } from './countdown';
import { linkOf } from './link';
import type { Login, Model, Screen } from './model';
import { stepOf, stopAfterMs } from './outlook';
import { drawQr } from './qr';
import { avatar, shortName } from '../shared/age';
import { all, announce, choose, fill, one } from '../shared/dom';
import { codeAt } from '../shared/rotation';

/** Draws what the machine says; remembers only what it drew, to touch nothing that did not change. */
export class View {
  private screen: Screen | null = null;
  private lost = false;
  /** The login and the step whose code is drawn. */
  private drawn: readonly [token: string, step: number] | null = null;
  private userCode = '';
  private client = '';
  private endsAt = 0;
  private readonly card = one('.login');
  private readonly heading = one('h1', this.card);
  private readonly ring = one<SVGElement>('[data-ring]');

  /** `forClient`: an application asks, whose name the server is still to say. */
  constructor(forClient: boolean) {
    if (!forClient) return;
    this.card.dataset['client'] = 'unnamed';
    fill('client', '');
    document.title = this.heading.textContent ?? '';
  }

  /** `lost` says that the connection is gone: a note, on the screens that go on without it. */
  draw(model: Model, screen: Screen, lost: boolean, now: number): void {
    const { login } = model;
    if (login) this.nameClient(login.client);
    if (login && screen === 'waiting') this.drawCode(login, stepOf(login, now));
    if (screen === 'waiting') this.countTo(model.stopAt, now);
    this.drawUserCode(model.userCode);
    if (screen === this.screen && lost === this.lost) return;
    if (screen === 'scanned') this.greet(model.name, model.number);
    const first = this.screen === null;
    const focused = this.card.contains(document.activeElement);
    this.screen = screen;
    this.lost = lost;
    for (const note of all('[data-lost]', this.card)) note.hidden = !lost;
    this.card.dataset['cut'] = String(lost);
    this.card.dataset['screen'] = screen;
    one('[data-code]').setAttribute('aria-hidden', String(screen !== 'waiting'));
    choose('denied', model.denied);
    if (model.reason) choose('reason', model.reason);
    if (first && screen === 'starting') return;
    this.tell(screen, focused);
  }

  /** The words of the new screen, to those who do not see it; and the focus on, if what had it is gone. */
  private tell(screen: Screen, focused: boolean): void {
    const parts = all(`[data-for="${screen}"]`, this.card);
    const words = parts.flatMap((part) => (part.matches('p') ? [part] : all('p', part)));
    announce(words.filter(({ hidden }) => !hidden).map((paragraph) => paragraph.innerText).join(' '));
    if (!focused || document.activeElement?.checkVisibility?.({ visibilityProperty: true })) return;
    const next = parts.flatMap((part) => all('[data-again]', part))[0] ?? this.heading;
    next.focus({ preventScroll: true });
  }

  private nameClient(client: string): void {
    if (!client || client === this.client) return;
    this.client = client;
    if (this.card.dataset['client']) this.card.dataset['client'] = 'named';
    fill('client', client);
    document.title = this.heading.textContent ?? '';
  }

  /** Who scanned, as far as the account says, and the number to type on the phone, if one is asked for. */
  private greet(name: string, number: string): void {
    fill('name', shortName(name));
    choose('greets', name ? 'name' : 'nobody', this.card);
    one('[data-initials]').textContent = avatar(name);
    this.card.dataset['confirm'] = number ? 'number' : 'tap';
    one('[data-number]').textContent = number;
    for (const part of all('[data-numbered]', this.card)) part.hidden = !number;
  }

  /** Another code in the place of the last one: nothing else moves, and nothing is said. */
  private drawCode(login: Login, step: number): void {
    const [token, before] = this.drawn ?? [];
    if (token === login.token && before === step) return;
    this.drawn = [login.token, step];
    const drawing = drawQr(linkOf(location.origin, login.linkPrefix, codeAt(login.rotation, step)));
    const svg = one<SVGSVGElement>('[data-code]');
    svg.setAttribute('viewBox', `0 0 ${drawing.size} ${drawing.size}`);
    one<SVGPathElement>('path', svg).setAttribute('d', drawing.path);
    fill('home', `${location.host}/home`);
  }

  private drawUserCode(userCode: string): void {
    if (userCode === this.userCode) return;
    this.userCode = userCode;
    const typed = one('[data-typed]');
    typed.textContent = userCode;
    typed.setAttribute('aria-busy', String(!userCode));
    if (userCode && one<HTMLDetailsElement>('details.type').open) announce(userCode);
  }

  /** The ring runs down to the question by itself, on the compositor; `prefers-reduced-motion` leaves it whole. */
  private countTo(endsAt: number, now: number): void {
    if (endsAt === this.endsAt) return;
    this.endsAt = endsAt;
    for (const running of this.ring.getAnimations()) running.cancel();
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    const share = shareLeft(endsAt, stopAfterMs, now);
    this.ring.animate([{ strokeDashoffset: 100 * (1 - share) }, { strokeDashoffset: 100 }], {
      duration: stopAfterMs * share,
      fill: 'forwards',
    });
  }
}

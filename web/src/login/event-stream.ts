/** Reads `text/event-stream` (WHATWG HTML §9.2.6) as it comes, in pieces cut anywhere. No I/O. */

export interface StreamEvent {
  /** `message` unless the stream names another. */
  readonly type: string;
  readonly data: string;
}

/** No event of ours comes near; a stream that goes on without an end of it is not ours. */
export const eventLengthMax = 16_384;

export class EventStreamReader {
  private rest = '';
  private type = '';
  private data: string | null = null;

  /** The events that `text` completes; null when one is too long, after which nothing more may be read. */
  take(text: string): StreamEvent[] | null {
    const events: StreamEvent[] = [];
    // A CR at the end may be half of a line end.
    const lines = (this.rest + text).split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop() ?? '';
    for (const line of lines) {
      const event = this.line(line);
      if (event) events.push(event);
      if ((this.data?.length ?? 0) > eventLengthMax) return null;
    }
    return this.rest.length > eventLengthMax ? null : events;
  }

  private line(line: string): StreamEvent | null {
    if (line === '') return this.dispatched();
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.type = value;
    if (field === 'data') this.data = this.data === null ? value : `${this.data}\n${value}`;
    return null;
  }

  private dispatched(): StreamEvent | null {
    const { type, data } = this;
    this.type = '';
    this.data = null;
    return data === null ? null : { type: type || 'message', data };
  }
}

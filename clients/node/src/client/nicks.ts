import { Connected, Nick } from "../proto/in.js";
import type { Message } from "../proto/message.js";

/** What the bot is called on each network, from what the bridge publishes. */
export class OwnNicks {
  private readonly nicks = new Map<string, string>();
  /** The retained value: the nick on the bridge's first network, whichever that is. */
  retained = "";

  /** A message of topic `in`. */
  heard(message: Message): void {
    if (message instanceof Connected) this.nicks.set(message.network, message.nick);
    if (message instanceof Nick && this.isOwn(message.sender, message.network))
      this.renamed(message);
  }

  isOwn(nick: string, network: string): boolean {
    const own = this.nicks.get(network) ?? this.retained;
    return own !== "" && own.toLowerCase() === nick.toLowerCase();
  }

  private renamed({ network, nick, sender }: Nick): void {
    this.nicks.set(network, nick);
    if (this.retained.toLowerCase() === sender.toLowerCase()) this.retained = nick;
  }
}

import type { Clock } from "../bus/clock.js";
import type { Stats } from "../bus/stats.js";

const burst = 10;
const refill = 100; // ms for one more answer

interface Self {
  readonly id: string;
  readonly name: string;
  stats(): Stats;
}

/** Answers the question on "$stats", who is there (docs/LEDGER.md), and not too often. */
export class Presence {
  private readonly opened: number;
  private connectedAt = 0;
  private allowed = burst;
  private counted: number;

  constructor(
    private readonly self: Self,
    private readonly clock: Clock,
  ) {
    this.opened = this.counted = clock.now();
  }

  connected(): void {
    this.connectedAt = this.clock.now();
  }

  /** Where to send which answer; nothing for what is no question, or one too many. */
  answer(question: Buffer): { topic: string; text: string } | undefined {
    const topic = replyTopic(question);
    if (!topic || topic.endsWith(this.self.id) || !this.mayAnswer()) return undefined;
    return { topic, text: this.text() };
  }

  private mayAnswer(): boolean {
    const now = this.clock.now();
    this.allowed = Math.min(burst, this.allowed + (now - this.counted) / refill);
    this.counted = now;
    if (this.allowed < 1) return false;
    --this.allowed;
    return true;
  }

  private text(): string {
    const { sent, received, handlersFailed, eventsDropped, connected } = this.self.stats();
    const now = this.clock.now();
    return JSON.stringify({
      v: 1,
      id: this.self.id,
      name: this.self.name,
      connected,
      uptime_ms: Math.round(now - this.opened),
      connected_ms: connected ? Math.round(now - this.connectedAt) : 0,
      sent,
      received,
      handlers_failed: handlersFailed,
      events_dropped: eventsDropped,
    });
  }
}

function replyTopic(question: Buffer): string | undefined {
  if (question.length > 4_096) return undefined;
  try {
    const { v, reply } = JSON.parse(question.toString()) as { v?: unknown; reply?: unknown };
    return v === 1 && /^\$stats\.[0-9a-f]{32}$/.test(String(reply)) ? String(reply) : undefined;
  } catch {
    return undefined;
  }
}

/** A command as register_commands of the original API took it. */
export interface Command {
  readonly name: string;
  readonly description: string;
}

/** What a service answers to a message addressed to the bot: `commands`, `services`, or nothing. */
export function commandsAnswer(
  service: string,
  commands: readonly Command[],
  message: string,
): string[] {
  if (message === "services") return [service];
  if (message === "commands")
    return commands.map(({ name, description }) => `${service}: ${name} - ${description}`);
  return [];
}

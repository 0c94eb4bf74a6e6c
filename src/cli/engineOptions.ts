import type { EngineOptions } from '../policy/types.ts';
import { oneOf, type ParsedArguments } from './arguments.ts';
import type { CommandName } from './usage.ts';

export const engineOptionNames = ['ipblock-matches-pods'] as const;

/** @throws {UsageError} */
export function engineOptionsOf(command: CommandName, { value }: ParsedArguments): EngineOptions {
  const matches = oneOf(command, 'ipblock-matches-pods', value('ipblock-matches-pods'), ['true', 'false']);
  return { ipBlockMatchesPods: matches === 'true' };
}

import { buildAll } from '../../scripts/build.ts';

/** The pages are tested as they are built, and so from the sources as they are now. */
export async function mochaGlobalSetup(): Promise<void> {
  await buildAll({ extensionOnly: true });
}

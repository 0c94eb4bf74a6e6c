import { join } from 'node:path';

export const projectFolder: string = join(import.meta.dirname, '..', '..');
export const distFolder: string = join(projectFolder, 'dist');
/** Screenshots, videos and reports of test runs. */
export const outputFolder: string = join(projectFolder, 'test-output');

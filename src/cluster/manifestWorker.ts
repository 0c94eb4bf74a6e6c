import { type MessagePort, parentPort } from 'node:worker_threads';
import type { FoundFile } from './folderFiles.ts';
import type { Kustomization } from './kustomization.ts';
import { type ManifestFile, type ReadObject, readManifestFile } from './manifestFile.ts';

/** `next` asks for the next part of what was read last. */
export type ToManifestWorker =
  | { readonly kind: 'read'; readonly file: FoundFile; readonly by: readonly Kustomization[] }
  | { readonly kind: 'next' };

/** The objects come in parts, each when it is asked for, so that whoever takes them over can do other things in between. */
export type FromManifestWorker =
  /** The program runs, which says that there can be threads. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'objects'; readonly objects: readonly ReadObject[] }
  | { readonly kind: 'end'; readonly file: ManifestFile };

const partSize = 100;

function serve(port: MessagePort): void {
  let file: ManifestFile | undefined;
  let sent = 0;
  const post = (message: FromManifestWorker): void => {
    port.postMessage(message);
  };
  const sendPart = (): void => {
    if (file === undefined) return;
    const objects = file.objects.slice(sent, sent + partSize);
    sent += objects.length;
    if (objects.length > 0) post({ kind: 'objects', objects });
    else post({ kind: 'end', file: { ...file, objects: [] } });
  };
  post({ kind: 'ready' });
  port.on('message', (message: ToManifestWorker) => {
    if (message.kind === 'next') {
      sendPart();
      return;
    }
    void readManifestFile(message.file, message.by).then((read) => {
      file = read;
      sent = 0;
      sendPart();
    });
  });
}

if (parentPort !== null) serve(parentPort);

import { ApiError, type ApiFailure } from '../../../src/cluster/apiError.ts';
import type { AccessQuestion, ClusterClient, WriteRequest } from '../../../src/cluster/client.ts';
import type { WriteUi } from '../../../src/writes/change.ts';
import type { Question } from '../../../src/writes/words.ts';
import { inEnglish } from '../../../src/panels/translate.ts';

/** A server with the objects that a test gives it by path, and with answers to writes. */
export class FakeServer {
  readonly objects = new Map<string, object>();
  readonly written: WriteRequest[] = [];
  readonly denied = new Set<string>();
  /** Thrown in place of the answer to a write: to the question whether it would be taken, or to the write itself. */
  refusal: ((request: WriteRequest) => ApiError | undefined) | undefined;

  readonly client: ClusterClient = {
    get: (path) => {
      const found = this.objects.get(path);
      return found === undefined
        ? Promise.reject(new ApiError({ reason: 'not-found' }, `${path} not found`))
        : Promise.resolve(found);
    },
    mayI: (question) => Promise.resolve({ allowed: !this.denied.has(rightOf(question)) }),
    logs: () => {
      throw new Error('not asked for');
    },
    exec: () => Promise.reject(new Error('not asked for')),
    write: (request) => {
      const error = this.refusal?.(request);
      this.written.push(request);
      return error === undefined ? Promise.resolve({}) : Promise.reject(error);
    },
  };

  /** The writes that were more than a question. */
  get done(): readonly WriteRequest[] {
    return this.written.filter((request) => !isDryRun(request));
  }
}

export const isDryRun = (request: WriteRequest): boolean =>
  /"dryRun":\["All"\]|dryRun=All/.test(JSON.stringify(request));

const rightOf = ({ verb, resource, subresource }: AccessQuestion): string =>
  `${verb} ${resource}${subresource === undefined ? '' : `/${subresource}`}`;

export const failed = (failure: ApiFailure, message: string): ApiError => new ApiError(failure, message);

/** Somebody who says yes, and remembers what he was asked. */
export class FakeUser implements WriteUi {
  readonly t = inEnglish;
  readonly asked: Question[] = [];
  readonly typed: string[] = [];
  isOn = true;
  answer: (question: Question) => boolean = () => true;
  typesName = true;

  enabled(): boolean {
    return this.isOn;
  }

  confirm(question: Question): Promise<boolean> {
    this.asked.push(question);
    return Promise.resolve(this.answer(question));
  }

  typeName(context: string): Promise<boolean> {
    this.typed.push(context);
    return Promise.resolve(this.typesName);
  }
}

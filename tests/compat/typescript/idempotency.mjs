// Answers questions about Powertools for TypeScript's idempotency: a line of JSON each, both ways.
//
// A question has a member `op`, which names one of `answers`; the others are its arguments.

import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IdempotencyConfig, makeIdempotent } from '@aws-lambda-powertools/idempotency';
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb';
import { BasePersistenceLayer } from '@aws-lambda-powertools/idempotency/persistence';

/** Keeps nothing; tells keys and validation digests. */
class Keys extends BasePersistenceLayer {
  constructor(expression, part) {
    super();
    const config = new IdempotencyConfig({
      eventKeyJmesPath: expression ?? '',
      payloadValidationJmesPath: part ?? undefined,
    });
    this.configure({ config, keyPrefix: 'p' });
  }

  async _putRecord(record) {
    this.written = record;
  }

  async _updateRecord() {}

  async _getRecord() {}

  async _deleteRecord() {}
}

/** Tells the key of a payload, and the digest of what is validated. */
const key = async ({ payload, expression, part }) => {
  const keys = new Keys(expression, part);
  await keys.saveInProgress(JSON.parse(payload), 1000);
  return { key: keys.written.idempotencyKey, validation: keys.written.payloadHash };
};

/**
 * Calls an idempotent function, which does what the options say.
 *
 * It goes on when there is a file `until`, if one is named.
 */
const call = async ({ prefix, endpoint, event, store, config, ...options }) => {
  let ran = 0;
  const operation = async () => {
    ran += 1;
    while (options.until && !existsSync(options.until)) await setTimeout(10);
    if (options.dies) return new Promise(() => {});
    if (options.fails) throw new RangeError('the operation failed');
    return options.result;
  };
  const client = new DynamoDBClient({
    endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'nobody', secretAccessKey: 'nothing' },
  });
  const persistenceStore = new DynamoDBPersistenceLayer({ awsSdkV3Client: client, ...store });
  const settings = new IdempotencyConfig(config ?? {});
  const remaining = options.remaining_ms;
  if (remaining !== undefined && remaining !== null) {
    settings.registerLambdaContext({ getRemainingTimeInMillis: () => remaining });
  }
  const idempotent = makeIdempotent(operation, { persistenceStore, config: settings, keyPrefix: prefix });
  const died = async () => {
    while (ran === 0) await setTimeout(1);
    await setTimeout(1);
    return { died: true, ran };
  };
  try {
    const called = idempotent(event).then((result) => ({ result: result ?? null, ran }));
    return await (options.dies ? Promise.race([called, died()]) : called);
  } catch (error) {
    return { error: error.name, ran };
  }
};

const answers = { key, call };

console.warn = () => {};
process.env.AWS_LAMBDA_FUNCTION_NAME = 'orders';
for await (const line of createInterface({ input: process.stdin })) {
  const { op, ...question } = JSON.parse(line);
  let answer;
  try {
    answer = await answers[op](question);
  } catch (error) {
    answer = { error: error.name, detail: error.message };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
process.exit(0);

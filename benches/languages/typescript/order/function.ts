// The function of `benches/function` with Powertools for TypeScript, as its documentation puts it together.
//
// The tracer patches no HTTP clients, since the function calls nobody.

import { IdempotencyConfig, makeIdempotent } from '@aws-lambda-powertools/idempotency';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { Tracer } from '@aws-lambda-powertools/tracer';
import type { Context } from 'aws-lambda';

import { MemoryStore } from './store.js';

const logger = new Logger();
const metrics = new Metrics();
const tracer = new Tracer({ captureHTTPsRequests: false });
const config = new IdempotencyConfig({ useLocalCache: true, maxLocalCacheSize: 16 });

const pay = makeIdempotent(async (_payment: string, total: number) => total, {
  persistenceStore: new MemoryStore(),
  config,
  dataIndexArgument: 0,
});

class Order {
  @logger.injectLambdaContext()
  @tracer.captureLambdaHandler()
  @metrics.logMetrics()
  public async handler(event: { id: number }, context: Context) {
    config.registerLambdaContext(context);
    logger.info('order received', { order_id: event.id, customer: 'c-1029' });
    const total = await this.price(event.id);
    const charged = await this.charge(event.id, total);
    await this.ship(event.id);
    metrics.addMetric('OrdersPlaced', MetricUnit.Count, 1);
    metrics.addMetric('Total', MetricUnit.NoUnit, total);
    metrics.addMetric('Latency', MetricUnit.Milliseconds, 3.5);
    logger.info('order placed', { order_id: event.id, total });
    return { id: event.id, charged };
  }

  @tracer.captureMethod()
  private async price(orderId: number): Promise<number> {
    const total = 17 + (orderId % 3);
    logger.info('order priced', { total, currency: 'EUR' });
    return total;
  }

  @tracer.captureMethod()
  private async charge(_orderId: number, total: number): Promise<number> {
    const charged = await pay('payment-1', total);
    logger.info('card charged', { charged, provider: 'tea-pay' });
    return charged;
  }

  @tracer.captureMethod()
  private async ship(_orderId: number): Promise<void> {
    logger.info('order shipped', { carrier: 'bicycle', express: true, weight: 0.25 });
  }
}

const order = new Order();
export const handler = order.handler.bind(order);

// The business of `benches/function` without a toolkit: what Node.js and its runtime client cost alone.

export const handler = async (event: { id: number }) => {
  const total = price(event.id);
  const charged = await charge(event.id, total);
  ship(event.id);
  return { id: event.id, charged };
};

const price = (orderId: number): number => 17 + (orderId % 3);

const charge = async (_orderId: number, total: number): Promise<number> => total;

const ship = (_orderId: number): void => {};

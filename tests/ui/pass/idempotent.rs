use powertools::{
    idempotency::{Environment, Idempotency, IdempotencyProblem, MemoryStore},
    idempotent,
};

struct Shop {
    orders: Idempotency<MemoryStore>,
    effects: u32,
}

impl Shop {
    #[idempotent(store = self.orders.clone(), key = (id, &wish))]
    fn place<'a, T: AsRef<str> + serde::Serialize>(
        &mut self,
        id: &'a str,
        wish: T,
    ) -> Result<String, Box<dyn std::error::Error>> {
        let number = id.strip_prefix("o-").ok_or("no order")?.parse::<u32>()?;
        self.effects += number;
        Ok(format!("{} {}", wish.as_ref(), self.effects))
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let nothing = Environment::empty();
    let orders = Idempotency::builder("place", MemoryStore::new()).environment(nothing).build();
    let mut shop = Shop { orders, effects: 0 };
    for _ in 0..2 {
        assert_eq!(shop.place("o-17", "tea")?, "tea 17");
    }
    let error = shop.place("", "tea").unwrap_err();
    assert!(error.downcast_ref::<IdempotencyProblem>().is_none(), "{error}");
    Ok(())
}

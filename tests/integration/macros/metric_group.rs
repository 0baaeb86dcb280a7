//! `#[derive(MetricGroup)]`: a struct as metrics, dimensions and metadata, written in one call.

use std::{borrow::Cow, fmt::Display, time::Duration};

use powertools_core::Invocation;
use powertools_metrics::{
    GroupRecorder, Metric, MetricError, MetricGroup, MetricValue, Unit, testing::Captured,
};
use serde::Serialize;
use serde_json::{Value, json};

use crate::metrics::documents;

#[derive(MetricGroup)]
struct Checkout {
    #[metric(dimension)]
    payment: &'static str,
    #[metric(count)]
    orders_placed: u32,
    #[metric(unit = Milliseconds, name = "Latency", high_resolution)]
    took: Duration,
    #[metric(unit = Bytes)]
    sizes: Vec<u64>,
    #[metric(unit = Percent)]
    discount: Option<f64>,
    #[metric(metadata)]
    order_id: String,
    #[metric(skip)]
    note: String,
}

fn checkout() -> Checkout {
    Checkout {
        payment: "card",
        orders_placed: 2,
        took: Duration::from_millis(12),
        sizes: vec![10, 20],
        discount: Some(5.5),
        order_id: "o-1".to_owned(),
        note: "private".to_owned(),
    }
}

/// What the derive expands to, by hand.
struct ByHand(Checkout);

impl MetricGroup for ByHand {
    fn record(&self, to: &mut GroupRecorder) -> Result<(), MetricError> {
        const ORDERS_PLACED: Metric<'static> = Metric::count("OrdersPlaced");
        const LATENCY: Metric<'static> =
            Metric::new("Latency", Unit::Milliseconds).high_resolution();
        const SIZES: Metric<'static> = Metric::new("Sizes", Unit::Bytes);
        const DISCOUNT: Metric<'static> = Metric::new("Discount", Unit::Percent);
        to.dimension("payment", self.0.payment)?;
        to.add(&ORDERS_PLACED, &self.0.orders_placed)?;
        to.add(&LATENCY, &self.0.took)?;
        to.add(&SIZES, &self.0.sizes)?;
        to.add(&DISCOUNT, &self.0.discount)?;
        to.metadata("order_id", &self.0.order_id)
    }
}

/// Returns the document of a group, without its time.
fn document(group: &impl MetricGroup) -> Value {
    let captured = Captured::new();
    captured.metrics().recorder().write(group).unwrap();
    let [mut document] = <[Value; 1]>::try_from(documents(&captured)).unwrap();
    document["_aws"].as_object_mut().unwrap().remove("Timestamp");
    document
}

#[test]
fn group_is_a_separate_document() {
    let expected = json!({
        "_aws": {"CloudWatchMetrics": [{
            "Namespace": "Test",
            "Dimensions": [["service", "payment"]],
            "Metrics": [
                {"Name": "OrdersPlaced", "Unit": "Count"},
                {"Name": "Latency", "Unit": "Milliseconds", "StorageResolution": 1},
                {"Name": "Sizes", "Unit": "Bytes"},
                {"Name": "Discount", "Unit": "Percent"},
            ],
        }]},
        "service": "service_undefined",
        "payment": "card",
        "order_id": "o-1",
        "OrdersPlaced": [2.0],
        "Latency": [12.0],
        "Sizes": [10.0, 20.0],
        "Discount": [5.5],
    });
    assert_eq!(document(&checkout()), expected);
}

#[test]
fn derived_group_equals_the_code_written_by_hand() {
    assert_eq!(document(&checkout()), document(&ByHand(checkout())));
}

#[test]
fn skipped_field_is_not_written() {
    let group = checkout();
    assert!(!document(&group).to_string().contains(&group.note));
}

#[test]
fn none_records_nothing() {
    let document = document(&Checkout { discount: None, sizes: Vec::new(), ..checkout() });
    assert_eq!((&document["Discount"], &document["Sizes"]), (&Value::Null, &Value::Null));
    assert_eq!(document["_aws"]["CloudWatchMetrics"][0]["Metrics"].as_array().unwrap().len(), 2);
}

#[test]
fn dimension_of_none_is_left_out() {
    #[derive(MetricGroup)]
    struct Group<'a, T> {
        #[metric(count)]
        orders_placed: u32,
        #[metric(dimension)]
        tier: Option<T>,
        #[metric(dimension, name = "Carrier")]
        carrier: &'a Option<Cow<'a, str>>,
        #[metric(dimension)]
        attempt: Option<u8>,
    }

    let dimensions =
        |document: &Value| document["_aws"]["CloudWatchMetrics"][0]["Dimensions"].clone();
    let carrier = Some("post".into());
    let all = document(&Group {
        orders_placed: 1,
        tier: Some("gold"),
        carrier: &carrier,
        attempt: Some(2),
    });
    assert_eq!(dimensions(&all), json!([["service", "tier", "Carrier", "attempt"]]));
    assert_eq!(
        (&all["tier"], &all["Carrier"], &all["attempt"]),
        (&json!("gold"), &json!("post"), &json!("2"))
    );
    let none =
        document(&Group::<String> { orders_placed: 1, tier: None, carrier: &None, attempt: None });
    assert_eq!(dimensions(&none), json!([["service"]]));
    let members = none.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(members, ["OrdersPlaced", "_aws", "service"]);
}

#[test]
fn optional_dimension_with_an_empty_value_is_refused() {
    #[derive(MetricGroup)]
    struct Group {
        #[metric(count)]
        orders_placed: u32,
        #[metric(dimension)]
        tier: Option<&'static str>,
    }

    let group = Group { orders_placed: 1, tier: Some("") };
    let error = Captured::new().metrics().recorder().write(&group).unwrap_err();
    assert_eq!(error, MetricError::DimensionValue { name: "tier".into(), value: "".into() });
}

#[test]
fn recorder_keeps_its_metrics_and_dimensions() {
    const RETRIES: Metric<'static> = Metric::count("Retries");
    let captured = Captured::new();
    let recorder = captured.metrics().recorder();
    recorder.try_record(&RETRIES, 1).unwrap();
    recorder.dimension("region", "eu").unwrap();
    recorder.write(&checkout()).unwrap();
    recorder.flush().unwrap();
    let [group, rest] = <[Value; 2]>::try_from(documents(&captured)).unwrap();
    assert_eq!((&group["payment"], &group["region"]), (&json!("card"), &Value::Null));
    assert_eq!((&rest["payment"], &rest["region"]), (&Value::Null, &json!("eu")));
    assert_eq!((&group["Retries"], &rest["Retries"]), (&Value::Null, &json!([1.0])));
}

#[test]
fn group_with_an_invalid_field_is_not_written() {
    let refused = [
        Checkout { discount: Some(f64::NAN), ..checkout() },
        Checkout { payment: " ", ..checkout() },
        Checkout { order_id: "x".repeat(600_000), ..checkout() },
    ];
    for group in refused {
        let captured = Captured::new();
        let recorder = captured.metrics().recorder();
        assert!(recorder.write(&group).is_err());
        recorder.flush().unwrap();
        drop(recorder);
        assert_eq!(documents(&captured), Vec::<Value>::new());
    }
}

#[test]
fn error_names_the_invalid_field() {
    let group = Checkout { discount: Some(f64::INFINITY), ..checkout() };
    let error = Captured::new().metrics().recorder().write(&group).unwrap_err();
    assert_eq!(error, MetricError::Value { name: "Discount".into(), value: "inf".into() });
}

#[test]
fn group_with_a_panicking_field_is_not_written() {
    struct Panics;

    impl Display for Panics {
        fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            panic!("a type of the user's")
        }
    }

    #[derive(MetricGroup)]
    struct Group {
        #[metric(count)]
        orders_placed: u32,
        #[metric(dimension)]
        payment: Panics,
    }

    let captured = Captured::new();
    let recorder = captured.metrics().recorder();
    let write = || recorder.write(&Group { orders_placed: 1, payment: Panics });
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(write));
    assert!(outcome.is_err());
    assert_eq!(documents(&captured), Vec::<Value>::new());
}

#[test]
fn dimension_with_failing_display_is_refused() {
    struct Fails;

    impl Display for Fails {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("half of it")?;
            Err(std::fmt::Error)
        }
    }

    #[derive(MetricGroup)]
    struct Group {
        #[metric(count)]
        orders_placed: u32,
        #[metric(dimension)]
        payment: Fails,
    }

    let group = Group { orders_placed: 1, payment: Fails };
    let error = Captured::new().metrics().recorder().write(&group).unwrap_err();
    assert_eq!(error, MetricError::DimensionValue { name: "payment".into(), value: "".into() });
}

#[test]
fn group_is_written_for_the_current_invocation() {
    let captured = Captured::new();
    let invocation = Invocation::builder("a").build();
    captured.metrics().open(&invocation);
    let written = invocation.in_scope(|| powertools_metrics::write(&checkout()));
    assert_eq!(written, Ok(()));
    assert_eq!(documents(&captured)[0]["OrdersPlaced"], json!([2.0]));
    assert_eq!(powertools_metrics::write(&checkout()), Err(MetricError::NoInvocation));
}

#[test]
fn disabled_group_writes_nothing_and_never_fails() {
    let captured = Captured::with(|metrics| metrics.disabled(true));
    let group = Checkout { discount: Some(f64::NAN), ..checkout() };
    assert_eq!(captured.metrics().recorder().write(&group), Ok(()));
    assert_eq!(documents(&captured), Vec::<Value>::new());
}

#[test]
fn group_can_have_lifetimes_types_and_constants() {
    #[derive(MetricGroup)]
    struct Group<'a, D, V, M: Clone, const N: usize>
    where
        D: PartialEq,
    {
        #[metric(dimension)]
        payment: Cow<'a, str>,
        #[metric(dimension)]
        attempt: D,
        #[metric(unit = Bytes)]
        sizes: &'a [V],
        #[metric(unit = Bytes, summed)]
        total: [V; N],
        #[metric(metadata)]
        order: M,
    }

    #[derive(Clone, Serialize)]
    struct Order {
        id: u32,
    }

    let document = document(&Group {
        payment: "card".into(),
        attempt: 3,
        sizes: &[1_u64, 2],
        total: [1, 2, 3],
        order: Order { id: 7 },
    });
    assert_eq!((&document["payment"], &document["attempt"]), (&json!("card"), &json!("3")));
    assert_eq!((&document["Sizes"], &document["Total"]), (&json!([1.0, 2.0]), &json!([6.0])));
    assert_eq!(document["order"], json!({"id": 7}));
}

#[test]
fn value_can_have_a_user_type() {
    #[derive(Clone, Copy)]
    struct Cents(u32);

    impl MetricValue for Cents {
        fn in_unit(self, _: Unit) -> f64 {
            f64::from(self.0) / 100.0
        }
    }

    #[derive(MetricGroup)]
    struct Group {
        #[metric(unit = None)]
        price: Option<Cents>,
        #[metric(count)]
        r#type: u32,
    }

    let document = document(&Group { price: Some(Cents(250)), r#type: 1 });
    assert_eq!((&document["Price"], &document["Type"]), (&json!([2.5]), &json!([1.0])));
}

#[test]
fn expansion_uses_absolute_paths() {
    #[expect(dead_code, reason = "they are there to be in the way")]
    mod crowded {
        struct Result;
        struct Option;
        struct Metric;
        struct Unit;
        const METRIC: () = ();

        #[derive(powertools_metrics::MetricGroup)]
        pub(super) struct Group {
            #[metric(count)]
            pub(super) orders_placed: u32,
        }
    }

    assert_eq!(document(&crowded::Group { orders_placed: 1 })["OrdersPlaced"], json!([1.0]));
}

macro_rules! a_field_for_each_unit {
    ($($unit:ident)*) => {
        #[derive(MetricGroup)]
        #[expect(non_snake_case, reason = "each field has the name of its unit")]
        struct EachUnit {
            $(#[metric(unit = $unit)] $unit: u8,)*
        }

        const EACH_UNIT: EachUnit = EachUnit { $($unit: 1,)* };
        const UNITS: &[Unit] = &[$(Unit::$unit,)*];
    };
}

a_field_for_each_unit! {
    Seconds Microseconds Milliseconds
    Bytes Kilobytes Megabytes Gigabytes Terabytes
    Bits Kilobits Megabits Gigabits Terabits
    Percent Count
    BytesPerSecond KilobytesPerSecond MegabytesPerSecond GigabytesPerSecond TerabytesPerSecond
    BitsPerSecond KilobitsPerSecond MegabitsPerSecond GigabitsPerSecond TerabitsPerSecond
    CountPerSecond None
}

#[test]
fn macro_accepts_every_unit() {
    assert!(Unit::ALL.iter().all(|unit| UNITS.contains(unit)));
    let document = document(&EACH_UNIT);
    let metrics = document["_aws"]["CloudWatchMetrics"][0]["Metrics"].as_array().unwrap();
    assert_eq!(metrics.len(), Unit::ALL.len());
}

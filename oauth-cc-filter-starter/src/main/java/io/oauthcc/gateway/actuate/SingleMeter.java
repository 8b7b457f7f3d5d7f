package io.oauthcc.gateway.actuate;

import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.oauthcc.gateway.observation.OAuthCcMeter;

import org.springframework.util.Assert;

/**
 * A meter without tags: one series for the whole gateway.
 *
 * @param <T> the type of what is measured
 * @param meter which one it is
 * @param measured what is measured
 * @param value reads the value; called on any thread
 */
public record SingleMeter<T>(OAuthCcMeter meter, T measured, ToDoubleFunction<T> value) implements MeterBinder {

	public SingleMeter {
		Assert.isTrue(meter.tags().isEmpty(), "It has series of its own for each of its tags");
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		if (this.meter.type() == OAuthCcMeter.Type.COUNTER) {
			FunctionCounter.builder(this.meter.meterName(), this.measured, this.value)
				.description(this.meter.description())
				.register(registry);
			return;
		}
		Gauge.builder(this.meter.meterName(), this.measured, this.value)
			.description(this.meter.description())
			.register(registry);
	}

}

package io.oauthcc.gateway.autoconfigure;

import java.time.Duration;

import io.oauthcc.gateway.token.client.ResilienceSettings;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What protects token endpoints, and the gateway from them; each endpoint has its own.
 *
 * @param circuitBreaker When an endpoint that fails is left alone.
 * @param bulkhead How many token requests an endpoint gets at a time.
 */
@ConfigurationProperties("oauth-cc.resilience")
@Validated
record ResilienceProperties(@DefaultValue @Valid CircuitBreaker circuitBreaker,
		@DefaultValue @Valid Bulkhead bulkhead) {

	ResilienceSettings toSettings() {
		return new ResilienceSettings(this.circuitBreaker.failureRateThreshold(), this.circuitBreaker.slidingWindow(),
				this.circuitBreaker.minimumNumberOfCalls(), this.circuitBreaker.waitDurationInOpenState(),
				this.bulkhead.maxConcurrentCalls());
	}

	/**
	 * When an endpoint that fails is left alone.
	 *
	 * @param failureRateThreshold Percentage of failed token requests from which the
	 * circuit opens, 1 to 100.
	 * @param slidingWindow Time over which failures are counted, 2s to 10m.
	 * @param minimumNumberOfCalls Token requests in that time without which the circuit
	 * stays closed, 1 to 1000.
	 * @param waitDurationInOpenState Time after which one token request tries again, 1s
	 * to 5m.
	 */
	record CircuitBreaker(@DefaultValue("50") @Min(1) @Max(100) int failureRateThreshold,
			@DefaultValue("30s") @DurationMin(seconds = 2) @DurationMax(minutes = 10) Duration slidingWindow,
			@DefaultValue("10") @Min(1) @Max(1000) int minimumNumberOfCalls,
			@DefaultValue("5s") @DurationMin(seconds = 1) @DurationMax(minutes = 5) Duration waitDurationInOpenState) {

	}

	/**
	 * How many token requests an endpoint gets at a time.
	 *
	 * @param maxConcurrentCalls Token requests under way at most, 4 to 4096: half of them
	 * for credentials that were accepted before. Who finds no place waits for one.
	 */
	record Bulkhead(@DefaultValue("256") @Min(4) @Max(4096) int maxConcurrentCalls) {

	}

}

package io.oauthcc.gateway.actuate;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.oauthcc.gateway.observation.OAuthCcMeter;
import io.oauthcc.gateway.observation.OAuthCcMeter.Tag;
import io.oauthcc.gateway.token.TokenStores;
import org.jspecify.annotations.Nullable;

/**
 * Meters of the stores that gateways share tokens through.
 */
public final class StoreMeters implements MeterBinder {

	private final TokenStores stores;

	/**
	 * Create meters.
	 * @param stores the stores
	 */
	public StoreMeters(TokenStores stores) {
		this.stores = stores;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		new SingleMeter<>(OAuthCcMeter.STORE_UNREADABLE, this.stores, TokenStores::unreadableEntries).bindTo(registry);
		this.stores.onOpen((name) -> Gauge
			.builder(OAuthCcMeter.STORE_AVAILABLE.meterName(), this.stores, (stores) -> available(stores, name))
			.description(OAuthCcMeter.STORE_AVAILABLE.description())
			.tag(Tag.STORE.key(), name)
			.register(registry));
	}

	/** NaN for one that is no longer used. */
	private static double available(TokenStores stores, String name) {
		@Nullable Boolean available = stores.availability().get(name);
		if (available == null) {
			return Double.NaN;
		}
		return available ? 1 : 0;
	}

}

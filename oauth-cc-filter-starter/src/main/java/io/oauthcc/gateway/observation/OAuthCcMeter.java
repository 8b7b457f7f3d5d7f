package io.oauthcc.gateway.observation;

import java.util.List;

/**
 * Everything that is measured. No tag's value comes from a caller; {@code middleware} is
 * the name of a middleware, or {@code route:} and the id of the route that it stands on.
 *
 * @see <a href="https://docs.micrometer.io/micrometer/reference/">Micrometer</a>
 */
public enum OAuthCcMeter {

	/** One request to a token endpoint; an observation. */
	TOKEN_REQUEST("oauthcc.token.request", Type.TIMER, "One request to a token endpoint", Tag.MIDDLEWARE, Tag.HOST,
			Tag.OUTCOME, Tag.FAILURE),

	/** How a call came to its token that was not in memory; an observation. */
	TOKEN_ACQUISITION("oauthcc.token.acquisition", Type.TIMER,
			"How a call whose token was not in memory came to one, or to none", Tag.MIDDLEWARE, Tag.SOURCE,
			Tag.FAILURE),

	/** Calls whose token was in memory. */
	TOKEN_MEMORY_HITS("oauthcc.token.memory.hits", Type.COUNTER, "Calls whose token was in memory", Tag.MIDDLEWARE),

	/** Renewals in the background. */
	TOKEN_REFRESHES("oauthcc.token.refreshes", Type.COUNTER, "Tokens that were to be renewed in the background",
			Tag.MIDDLEWARE, Tag.OUTCOME),

	/** Calls that were refused as others had been. */
	TOKEN_REFUSALS("oauthcc.token.refusals", Type.COUNTER,
			"Calls that were refused without asking the token endpoint, which had refused the same a moment ago",
			Tag.MIDDLEWARE),

	/** Token acquisitions under way. */
	TOKEN_IN_FLIGHT("oauthcc.token.inflight", Type.GAUGE,
			"Tokens that are being obtained, or wait for a place at the token endpoint", Tag.MIDDLEWARE),

	/** Until the token of a middleware at gateway level expires. */
	TOKEN_EXPIRY("oauthcc.token.expiry", Type.GAUGE_OF_SECONDS,
			"Seconds until the token of a middleware at gateway level expires; NaN without one", Tag.MIDDLEWARE),

	/** Whether a token endpoint is left alone. */
	TOKEN_ENDPOINT_OPEN("oauthcc.token.endpoint.open", Type.GAUGE,
			"1 while the token endpoint is left alone since it failed, else 0", Tag.MIDDLEWARE),

	/** Calls that were turned away. */
	ATTEMPTS_LIMITED("oauthcc.attempts.limited", Type.COUNTER,
			"Calls that got 429, since too many credentials of their address were refused", Tag.MIDDLEWARE),

	/** Tokens that services refused. */
	UPSTREAM_UNAUTHORIZED("oauthcc.upstream.unauthorized", Type.COUNTER, "Tokens that services refused", Tag.MIDDLEWARE,
			Tag.ACTION),

	/** Calls whose token did not say what it must. */
	CLAIMS_REJECTED("oauthcc.claims.rejected", Type.COUNTER,
			"Calls whose token was not granted, or does not say, what it must", Tag.MIDDLEWARE, Tag.REASON),

	/** Tokens that were not used. */
	JWT_UNVERIFIED("oauthcc.jwt.unverified", Type.COUNTER, "Tokens that did not pass verification and were not used"),

	/** Tokens in memory. */
	CACHE_SIZE("oauthcc.cache.size", Type.GAUGE, "Tokens in memory"),

	/** Tokens for which there was no room. */
	CACHE_EVICTIONS("oauthcc.cache.evictions", Type.COUNTER,
			"Tokens that were dropped from memory to make room for others"),

	/** Commands to Redis; an observation. */
	STORE_COMMAND("oauthcc.store.command", Type.TIMER, "One command to a token store", Tag.STORE, Tag.COMMAND,
			Tag.OUTCOME),

	/** Entries that did not open. */
	STORE_UNREADABLE("oauthcc.store.unreadable", Type.COUNTER,
			"Entries of token stores that did not open and were replaced"),

	/** Whether a store is used. */
	STORE_AVAILABLE("oauthcc.store.available", Type.GAUGE,
			"1 while the token store is used, 0 while it is left alone or not connected", Tag.STORE),

	/** Secrets that changed. */
	SECRETS_CHANGES("oauthcc.secrets.changes", Type.COUNTER, "Changes of secrets that options refer to"),

	/** References without a value. */
	SECRETS_MISSING("oauthcc.secrets.missing", Type.GAUGE, "References to secrets that have no value now");

	private final String meterName;

	private final Type type;

	private final String description;

	@SuppressWarnings("ImmutableEnumChecker")
	private final List<Tag> tags;

	OAuthCcMeter(String meterName, Type type, String description, Tag... tags) {
		this.meterName = meterName;
		this.type = type;
		this.description = description;
		this.tags = List.of(tags);
	}

	/**
	 * The name of the meter, and of the observation if it is a timer.
	 * @return the name as Micrometer has it
	 */
	public String meterName() {
		return this.meterName;
	}

	/**
	 * What kind of meter it is.
	 * @return the type
	 */
	public Type type() {
		return this.type;
	}

	/**
	 * What it measures.
	 * @return a sentence without its end
	 */
	public String description() {
		return this.description;
	}

	/**
	 * The tags of each of its series.
	 * @return the tags, none for a single series
	 */
	public List<Tag> tags() {
		return this.tags;
	}

	/**
	 * The kind of a meter.
	 */
	public enum Type {

		/** Durations, and a span where traces are taken. */
		TIMER,

		/** A number that grows. */
		COUNTER,

		/** A number at present. */
		GAUGE,

		/** Seconds at present, which is the meter's unit. */
		GAUGE_OF_SECONDS

	}

	/**
	 * A tag, all of whose values are known beforehand or stand in the configuration.
	 */
	public enum Tag {

		/** The middleware. */
		MIDDLEWARE("middleware", "name of the middleware, or `route:` and the route's id"),

		/** The token endpoint's, or the issuer's, host. */
		HOST("host", "host and port of the token endpoint, or of the issuer"),

		/** How it ended. */
		OUTCOME("outcome", "`success`, `refused`, `failed`, `cancelled`; of a store `hit`, `miss`, `done`, `error`"),

		/** Why there was no token. */
		FAILURE("failure",
				"`none`, `cancelled`, `other`, or the kind of failure, such as `client_refused` or `timeout`"),

		/** Where a token came from. */
		SOURCE("source", "`store`, `endpoint`, `waited` for another call, or `none`"),

		/** What was done about a token that was refused. */
		ACTION("action", "`evicted`, `replayed`, `kept`"),

		/** What is wrong with a token. */
		REASON("reason", "`insufficient`, `unreadable`"),

		/** The store. */
		STORE("store", "its endpoints, as configured"),

		/** What a command is for. */
		COMMAND("command", "`read`, `write`, `publish`");

		private final String key;

		private final String possibleValues;

		Tag(String key, String possibleValues) {
			this.key = key;
			this.possibleValues = possibleValues;
		}

		/**
		 * The tag's key.
		 * @return the key
		 */
		public String key() {
			return this.key;
		}

		/**
		 * Which values it may have.
		 * @return the values, in Markdown
		 */
		public String possibleValues() {
			return this.possibleValues;
		}

	}

}

package io.oauthcc.gateway.filter;

import java.time.Clock;
import java.time.Duration;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * A middleware as routes know it, which changes under them: its properties may, and the
 * secrets that they refer to.
 */
final class ManagedMiddleware implements Supplier<MiddlewareState> {

	private final String name;

	private final String place;

	private final Duration rotationGrace;

	private final Clock clock;

	private Supplier<MiddlewareState> definition;

	private volatile MiddlewareState current;

	/** What it was when it last worked, for as long as that is good for something. */
	private @Nullable Middleware former;

	private long formerUntil;

	/**
	 * Create a middleware.
	 * @param name its name
	 * @param place where it is defined, for the log
	 * @param definition makes of its options what they stand for now
	 * @param rotationGrace for how long former credentials are good for something
	 * @param clock tells when that is over
	 * @throws InvalidDefinitionException if the options are wrong
	 */
	ManagedMiddleware(String name, String place, Supplier<MiddlewareState> definition, Duration rotationGrace,
			Clock clock) {
		this.name = name;
		this.place = place;
		this.rotationGrace = rotationGrace;
		this.clock = clock;
		this.definition = definition;
		this.current = definition.get();
	}

	@Override
	public MiddlewareState get() {
		return this.current;
	}

	/**
	 * Define it anew.
	 * @throws InvalidDefinitionException if it stays as it was
	 */
	synchronized void change(Supplier<MiddlewareState> changed) {
		take(changed.get());
		this.definition = changed;
	}

	/**
	 * Take in secrets that have changed.
	 * @throws InvalidDefinitionException if it stays as it was, or still does not work
	 */
	synchronized void refresh() {
		try {
			take(this.definition.get());
		}
		catch (InvalidDefinitionException ex) {
			if (this.current instanceof MissingSecrets lacking) {
				this.current = lacking
					.because(ex.getDefinitions().stream().flatMap((invalid) -> invalid.errors().stream()).toList());
			}
			throw ex;
		}
	}

	/** A secret may be gone for a moment while it is replaced. */
	private void take(MiddlewareState next) {
		long now = this.clock.millis();
		if (this.current instanceof Middleware working) {
			this.former = working;
			this.formerUntil = now + this.rotationGrace.toMillis();
		}
		if (!(next instanceof Middleware present)) {
			this.current = next;
			return;
		}
		Middleware former = (now < this.formerUntil) ? this.former : null;
		this.former = null;
		this.current = (former != null) ? present.after(former, Duration.ofMillis(this.formerUntil - now), this.clock)
				: present;
	}

	String name() {
		return this.name;
	}

	String place() {
		return this.place;
	}

	/** What is missing, as an error, or {@code null} if nothing is. */
	@Nullable InvalidDefinition lacking() {
		return (this.current instanceof MissingSecrets lacking) ? new InvalidDefinition(this.place, lacking.missing())
				: null;
	}

}

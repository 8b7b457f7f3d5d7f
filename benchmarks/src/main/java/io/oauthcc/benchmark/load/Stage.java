package io.oauthcc.benchmark.load;

import java.time.Duration;
import java.util.List;

/**
 * A gateway between a token endpoint and a service, and callers in front of it.
 *
 * @param tokens the token endpoint
 * @param service the service
 * @param gateway the gateway
 * @param callers the callers
 */
record Stage(TokenServer tokens, CheckingService service, GatewayProcess gateway,
		Callers callers) implements AutoCloseable {

	/**
	 * Start everything.
	 * @param command starts the gateway
	 * @param latency how long a token request takes
	 * @param lifetime how long a token lives
	 */
	static Stage start(String command, Duration latency, Duration lifetime) {
		TokenServer tokens = new TokenServer();
		CheckingService service = new CheckingService();
		try {
			tokens.behave(latency, lifetime);
			GatewayProcess gateway = GatewayProcess.start(command, tokens, service);
			return new Stage(tokens, service, gateway, new Callers(gateway.port()));
		}
		catch (RuntimeException ex) {
			tokens.close();
			service.close();
			throw ex;
		}
	}

	@Override
	public void close() {
		List.of(this.callers, this.gateway, this.tokens, this.service).forEach(Stage::end);
	}

	private static void end(AutoCloseable part) {
		try {
			part.close();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

}

package io.oauthcc.sample.demo;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * The sample gateway, an identity provider and an upstream, started together.
 */
public final class Demo implements AutoCloseable {

	private final Deque<AutoCloseable> started = new ArrayDeque<>();

	private final DemoIdp idp;

	private final DemoUpstream upstream;

	private final DemoGateway gateway;

	private Demo(DemoPorts ports, String... idpProperties) {
		this.idp = start("identity provider", ports.idp(), () -> DemoIdp.start(ports.idp(), idpProperties));
		this.upstream = start("upstream", ports.upstream(), () -> DemoUpstream.start(ports.upstream()));
		// Last, so that all is there once it answers.
		this.gateway = start("gateway", ports.gateway(), () -> DemoGateway.start(ports.gateway(), demoArguments()));
		this.upstream.serve(DemoPage.PATH, new DemoPage());
		this.upstream.serve(DemoRelay.PATH, new DemoRelay(this.gateway.url()));
	}

	/**
	 * Start the demo.
	 * @param ports where its parts listen
	 * @param idpProperties further properties of the identity provider
	 * @throws IllegalStateException if a part cannot start; none is left running then
	 */
	public static Demo start(DemoPorts ports, String... idpProperties) {
		return new Demo(ports, idpProperties);
	}

	private <T extends AutoCloseable> T start(String name, int port, Callable<T> part) {
		try {
			T running = part.call();
			this.started.push(running);
			return running;
		}
		catch (Exception ex) {
			close();
			throw new IllegalStateException("The %s of the demo cannot start on port %d".formatted(name, port), ex);
		}
	}

	/** Tells a gateway where the demo's other parts are. */
	public List<String> gatewayArguments() {
		return List.of("--sample.idp=" + this.idp.url(), "--sample.upstream=" + this.upstream.url());
	}

	private List<String> demoArguments() {
		List<String> arguments = new ArrayList<>(gatewayArguments());
		// So that the page can drop tokens.
		arguments.add("--management.endpoint.oauthcc.access=unrestricted");
		return arguments;
	}

	/** Where a browser finds the page to try the demo with. */
	public String pageUrl() {
		return this.upstream.url() + DemoPage.PATH;
	}

	/** Requests to try, each of which reaches the upstream with a token. */
	public List<DemoRequest> requests() {
		String url = this.gateway.url();
		return List.of(new DemoRequest("demo-application:demo-application-secret", url + "/application/hello"),
				new DemoRequest(null, url + "/gateway/hello"), new DemoRequest(null, url + "/named/hello"));
	}

	public DemoIdp idp() {
		return this.idp;
	}

	public DemoUpstream upstream() {
		return this.upstream;
	}

	public DemoGateway gateway() {
		return this.gateway;
	}

	@Override
	public void close() {
		AutoCloseable part = this.started.poll();
		if (part == null) {
			return;
		}
		try {
			part.close();
		}
		catch (Exception ex) {
			throw new IllegalStateException("A part of the demo cannot stop", ex);
		}
		finally {
			// One that cannot stop keeps none of the others running.
			close();
		}
	}

}

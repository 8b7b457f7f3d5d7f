package io.oauthcc.sample.demo;

import java.io.Closeable;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URLClassLoader;
import java.util.List;
import java.util.stream.Stream;

/**
 * The sample gateway in a class loader of its own, which has what the gateway has when it
 * runs by itself: with the demo's libraries it would be another gateway.
 */
public final class DemoGateway implements AutoCloseable {

	private final URLClassLoader classLoader;

	private final Closeable context;

	private final String url;

	private DemoGateway(URLClassLoader classLoader, Closeable context, String port) {
		this.classLoader = classLoader;
		this.context = context;
		this.url = "http://localhost:" + port;
	}

	/**
	 * Start a gateway.
	 * @param port where it listens, or 0 for a free port
	 * @param arguments further arguments of its command line
	 */
	public static DemoGateway start(int port, List<String> arguments) throws IOException {
		// Demo secrets are for this machine alone.
		Stream<String> address = Stream.of("--server.address=localhost", "--server.port=" + port);
		String[] all = Stream.concat(address, arguments.stream()).toArray(String[]::new);
		URLClassLoader classLoader = new URLClassLoader("gateway", GatewayClassPath.urls(),
				ClassLoader.getPlatformClassLoader());
		try {
			Closeable context = run(classLoader, all);
			return new DemoGateway(classLoader, context, port(classLoader, context));
		}
		catch (InvocationTargetException ex) {
			classLoader.close();
			throw new IllegalStateException("The gateway failed", ex.getCause());
		}
		catch (ReflectiveOperationException ex) {
			classLoader.close();
			throw new IllegalStateException("The class path of the gateway is not what it should be", ex);
		}
	}

	private static Closeable run(ClassLoader classLoader, String[] arguments) throws ReflectiveOperationException {
		Thread thread = Thread.currentThread();
		ClassLoader previous = thread.getContextClassLoader();
		thread.setContextClassLoader(classLoader);
		try {
			Class<?> application = classLoader.loadClass("io.oauthcc.sample.SampleGatewayApplication");
			return (Closeable) classLoader.loadClass("org.springframework.boot.SpringApplication")
				.getMethod("run", Class.class, String[].class)
				.invoke(null, application, arguments);
		}
		finally {
			thread.setContextClassLoader(previous);
		}
	}

	private static String port(ClassLoader classLoader, Closeable context) throws ReflectiveOperationException {
		Object environment = classLoader.loadClass("org.springframework.core.env.EnvironmentCapable")
			.getMethod("getEnvironment")
			.invoke(context);
		return (String) classLoader.loadClass("org.springframework.core.env.PropertyResolver")
			.getMethod("getRequiredProperty", String.class)
			.invoke(environment, "local.server.port");
	}

	/** Its base URL. */
	public String url() {
		return this.url;
	}

	/** Where its classes come from. */
	public ClassLoader classLoader() {
		return this.classLoader;
	}

	@Override
	public void close() throws IOException {
		this.context.close();
		this.classLoader.close();
	}

}

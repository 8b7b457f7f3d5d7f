package io.oauthcc.gateway.filter;

import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.Connection;

import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;

/**
 * Leads back to the thread of a caller's connection. A WebSocket handshake that Reactor
 * Netty 1.3.7 makes on another one changes the connection's handlers while frames come,
 * some of which are lost then.
 */
final class ConnectionScheduler {

	private ConnectionScheduler() {
	}

	/** The thread of the connection that a request came by, if it is one of Netty's. */
	static Scheduler of(ServerHttpRequest request) {
		Object nativeRequest = ServerHttpRequestDecorator.getNativeRequest(request);
		return (nativeRequest instanceof Connection connection)
				? Schedulers.fromExecutor(connection.channel().eventLoop()) : Schedulers.immediate();
	}

}

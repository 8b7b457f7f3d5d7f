package io.oauthcc.gateway.filter;

import java.io.ByteArrayOutputStream;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;

/**
 * A request whose body is in memory, so that it can be sent more than once.
 */
final class ReplayableRequest extends ServerHttpRequestDecorator {

	private volatile byte @Nullable [] body;

	private ReplayableRequest(ServerHttpRequest request, byte[] body) {
		super(request);
		this.body = body;
	}

	/**
	 * Read the body into memory.
	 * @param request the request
	 * @param length the declared length of the body
	 * @return the request with its body
	 */
	static Mono<ReplayableRequest> of(ServerHttpRequest request, long length) {
		return request.getBody()
			.collect(ByteArrayOutputStream::new, (body, part) -> append(body, part, length))
			.map((body) -> new ReplayableRequest(request, body.toByteArray()));
	}

	/**
	 * Copied as it comes: a body of single bytes would else keep a buffer of the
	 * network's for each.
	 */
	private static void append(ByteArrayOutputStream body, DataBuffer part, long length) {
		try {
			if (body.size() + part.readableByteCount() > length) {
				throw new DataBufferLimitException("The body is longer than its declared length");
			}
			byte[] bytes = new byte[part.readableByteCount()];
			part.read(bytes);
			body.writeBytes(bytes);
		}
		finally {
			DataBufferUtils.release(part);
		}
	}

	@Override
	public Flux<DataBuffer> getBody() {
		return Flux.defer(() -> {
			byte[] body = this.body;
			return (body == null || body.length == 0) ? Flux.empty()
					: Flux.just(DefaultDataBufferFactory.sharedInstance.wrap(body));
		});
	}

	/** It has been sent for the last time; the answer to it may take hours. */
	void forget() {
		this.body = null;
	}

}

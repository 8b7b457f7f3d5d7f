package io.oauthcc.benchmark;

import java.net.URI;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpCookie;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.AbstractServerHttpRequest;
import org.springframework.http.server.reactive.SslInfo;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;

/**
 * A request as servers make them, which came by no connection. Spring's mock of one may
 * not be asked for it.
 */
public final class UnservedRequest extends AbstractServerHttpRequest {

	/**
	 * Create a request without a body.
	 * @param path its path
	 * @param headers its headers
	 */
	public UnservedRequest(String path, HttpHeaders headers) {
		super(HttpMethod.GET, URI.create("http://127.0.0.1" + path), "", headers);
	}

	@Override
	protected MultiValueMap<String, HttpCookie> initCookies() {
		return new LinkedMultiValueMap<>();
	}

	@Override
	protected @Nullable SslInfo initSslInfo() {
		return null;
	}

	@Override
	@SuppressWarnings("unchecked")
	public <T> T getNativeRequest() {
		return (T) this;
	}

	@Override
	public Flux<DataBuffer> getBody() {
		return Flux.empty();
	}

}

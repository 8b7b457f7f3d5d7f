package io.oauthcc.gateway.filter;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;

import static org.assertj.core.api.Assertions.assertThat;

class ReplayableRequestTests {

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private final ByteBufAllocator allocator = UnpooledByteBufAllocator.DEFAULT;

	private final NettyDataBufferFactory buffers = new NettyDataBufferFactory(this.allocator);

	private final TestPublisher<DataBuffer> body = TestPublisher.create();

	@Test
	void ofWhenBodyComesBitByBitThenWhatWasReceivedIntoIsGivenBackAtOnce() {
		// A caller that sends single bytes would else have the gateway keep a buffer of
		// the network's for each.
		List<ByteBuf> parts = List.of(part("a"), part("b"), part("c"));
		StepVerifier.create(ReplayableRequest.of(request(this.body.flux()), 3).flatMap(ReplayableRequestTests::bodyOf))
			.then(() -> parts.forEach((part) -> {
				this.body.next(this.buffers.wrap(part));
				assertThat(part.refCnt()).isZero();
			}))
			.then(this.body::complete)
			.expectNext("abc")
			.expectComplete()
			.verify(PATIENCE);
	}

	@Test
	void ofWhenCallerGoesAwayThenNothingIsKept() {
		ByteBuf part = part("a");
		StepVerifier.create(ReplayableRequest.of(request(this.body.flux()), 3))
			.then(() -> this.body.next(this.buffers.wrap(part)))
			.thenCancel()
			.verify(PATIENCE);
		assertThat(part.refCnt()).isZero();
	}

	@Test
	void ofWhenBodyIsLongerThanDeclaredThenErrorAndNothingIsKept() {
		List<ByteBuf> parts = List.of(part("ab"), part("cd"));
		Flux<DataBuffer> longer = Flux.fromIterable(parts).map(this.buffers::wrap);
		StepVerifier.create(ReplayableRequest.of(request(longer), 3))
			.expectError(DataBufferLimitException.class)
			.verify(PATIENCE);
		assertThat(parts).extracting(ByteBuf::refCnt).containsOnly(0);
	}

	@Test
	void getBodyWhenReadTwiceThenTheSame() {
		ReplayableRequest request = ReplayableRequest.of(request(Flux.just(this.buffers.wrap(part("abc")))), 3)
			.blockOptional(PATIENCE)
			.orElseThrow();
		for (int time = 0; time < 2; time++) {
			StepVerifier.create(bodyOf(request)).expectNext("abc").expectComplete().verify(PATIENCE);
		}
	}

	private ByteBuf part(String text) {
		return this.allocator.buffer().writeBytes(text.getBytes(StandardCharsets.US_ASCII));
	}

	private static MockServerHttpRequest request(Flux<DataBuffer> body) {
		return MockServerHttpRequest.post("/").body(body);
	}

	private static Mono<String> bodyOf(ReplayableRequest request) {
		return DataBufferUtils.join(request.getBody()).map((joined) -> joined.toString(StandardCharsets.US_ASCII));
	}

}

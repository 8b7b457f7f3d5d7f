package io.oauthcc.gateway.soak;

import java.lang.management.ManagementFactory;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.WeakHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

import io.lettuce.core.resource.ClientResources;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.util.HashedWheelTimer;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.concurrent.EventExecutorGroup;
import io.netty.util.internal.PlatformDependent;
import io.oauthcc.gateway.token.TokenStores;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.HttpResources;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.test.util.ReflectionTestUtils;
import org.springframework.util.ClassUtils;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.WebFilter;

/**
 * Part of a gateway that tells what it holds, a line each. Reads private fields: neither
 * Netty nor Reactor counts its own.
 */
@Configuration(proxyBeanMethods = false)
class SoakProbe {

	static final String PATH = "/soak-probe";

	private static final Set<ScheduledThreadPoolExecutor> executors = Collections
		.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

	static {
		Schedulers.setExecutorServiceDecorator("soak", SoakProbe::noted);
	}

	private static ScheduledExecutorService noted(Object scheduler, ScheduledExecutorService service) {
		if (service instanceof ScheduledThreadPoolExecutor executor) {
			executors.add(executor);
		}
		return service;
	}

	private final AtomicLong requests = new AtomicLong();

	@Bean
	@Order(Ordered.HIGHEST_PRECEDENCE)
	WebFilter countingRequests() {
		return (exchange, chain) -> chain.filter(exchange)
			.doFirst(this.requests::incrementAndGet)
			.doFinally((signal) -> this.requests.decrementAndGet());
	}

	@Bean
	RouterFunction<ServerResponse> probe(MeterRegistry registry, TokenStores stores) {
		return RouterFunctions.route()
			.GET(PATH, (request) -> ServerResponse.ok().bodyValue(text(registry, stores)))
			.build();
	}

	private String text(MeterRegistry registry, TokenStores stores) {
		Map<String, Long> held = new TreeMap<>();
		held.put("heap", ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
		held.put("threads", (long) ManagementFactory.getThreadMXBean().getThreadCount());
		held.put("direct", PlatformDependent.usedDirectMemory());
		held.put("buffers", (long) buffers());
		held.put("tasks.reactor", executors.stream().mapToLong((executor) -> executor.getQueue().size()).sum());
		held.put("tasks.loops", tasks(HttpResources.get().onServer(true)));
		ClientResources lettuce = (ClientResources) ReflectionTestUtils.getField(stores, "resources");
		if (lettuce != null) {
			held.put("tasks.redis",
					((HashedWheelTimer) lettuce.timer()).pendingTimeouts() + tasks(lettuce.eventExecutorGroup()));
		}
		held.put("tokens", (long) sum(registry, "oauthcc.cache.size"));
		held.put("requests", this.requests.get());
		held.put("inflight", (long) sum(registry, "oauthcc.token.inflight"));
		registry.getMeters().forEach((meter) -> {
			if (meter instanceof LongTaskTimer timer) {
				held.merge(meter.getId().getName(), (long) timer.activeTasks(), Long::sum);
			}
		});
		return held.entrySet()
			.stream()
			.map((entry) -> entry.getKey() + "=" + entry.getValue())
			.collect(Collectors.joining("\n"));
	}

	/** With the detector at its most suspicious, it knows each one. */
	private static int buffers() {
		Object detector = Objects.requireNonNull(ReflectionTestUtils
			.getField(parentOf(ByteBuf.class, "io.netty.buffer.AbstractByteBuf"), "leakDetector"));
		return ((Collection<?>) Objects
			.requireNonNull(ReflectionTestUtils.getField(detector, ResourceLeakDetector.class, "allLeaks"))).size();
	}

	private static Class<?> parentOf(Class<?> sibling, String name) {
		return ClassUtils.resolveClassName(name, sibling.getClassLoader());
	}

	private static long tasks(EventExecutorGroup group) {
		return StreamSupport.stream(group.spliterator(), false).mapToLong((executor) -> {
			@Nullable Object queue = ReflectionTestUtils.getField(executor, "scheduledTaskQueue");
			return (queue != null) ? ((Queue<?>) queue).size() : 0;
		}).sum();
	}

	private static double sum(MeterRegistry registry, String name) {
		return registry.find(name).gauges().stream().mapToDouble(Gauge::value).sum();
	}

}

package io.oauthcc.sample;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.oauthcc.gateway.observation.OAuthCcMeter;

/**
 * The project's series as Prometheus sees them: names, each with its labels.
 */
final class Series {

	private static final Pattern LINE = Pattern.compile("(?m)^(oauthcc_\\w+)(?:\\{(.*)})? \\S+$");

	private static final Pattern LABEL = Pattern.compile("(\\w+)=\"");

	/** Micrometer's own, of requests under way. */
	private static final String ACTIVE = "_active_seconds";

	private Series() {
	}

	/** Those that a scrape shows. */
	static Map<String, Set<String>> in(String scrape) {
		Map<String, Set<String>> series = new TreeMap<>();
		Matcher line = LINE.matcher(scrape);
		while (line.find()) {
			if (!line.group(1).contains(ACTIVE)) {
				Set<String> labels = series.computeIfAbsent(line.group(1), (name) -> new TreeSet<>());
				if (line.group(2) != null) {
					LABEL.matcher(line.group(2)).results().forEach((label) -> labels.add(label.group(1)));
				}
			}
		}
		return series;
	}

	/**
	 * Those that are documented.
	 * @param histogram the timer that has buckets
	 */
	static Map<String, Set<String>> documented(OAuthCcMeter histogram) {
		PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
		Arrays.stream(OAuthCcMeter.values()).forEach((meter) -> register(registry, meter, meter == histogram));
		Map<String, Set<String>> series = in(registry.scrape());
		registry.close();
		return series;
	}

	private static void register(PrometheusMeterRegistry registry, OAuthCcMeter meter, boolean histogram) {
		Iterable<Tag> tags = meter.tags().stream().map((tag) -> Tag.of(tag.key(), "any")).toList();
		switch (meter.type()) {
			case TIMER -> Timer.builder(meter.meterName())
				.tags(tags)
				// Of Micrometer, on all observations.
				.tag("error", "none")
				.publishPercentileHistogram(histogram)
				.register(registry);
			case COUNTER -> Counter.builder(meter.meterName()).tags(tags).register(registry);
			case GAUGE -> Gauge.builder(meter.meterName(), () -> 1).tags(tags).register(registry);
			case GAUGE_OF_SECONDS ->
				Gauge.builder(meter.meterName(), () -> 1).tags(tags).baseUnit("seconds").register(registry);
		}
	}

}

package io.oauthcc.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;

/**
 * Says of a recording of the Java Flight Recorder where the threads that serve requests
 * spend their time outside of system calls. What the platform and Spring's headers take
 * counts for whoever calls them.
 */
final class Profile {

	private static final List<String> FOR_THEIR_CALLER = List.of("java.", "javax.", "jdk.", "sun.", "com.sun.",
			"org.springframework.http.", "org.springframework.util.");

	private static final Map<String, String> OWNERS = Map.of("io.oauthcc.", "this filter",
			"org.springframework.cloud.gateway.", "Spring Cloud Gateway", "org.springframework.", "Spring",
			"reactor.netty.", "Reactor Netty", "reactor.core.", "Reactor", "io.netty.", "Netty", "io.micrometer.",
			"Micrometer");

	private static final int MOST_METHODS = 12;

	private Profile() {
	}

	public static void main(String[] args) throws IOException {
		Map<String, Integer> owners = new TreeMap<>();
		Map<String, Integer> methods = new TreeMap<>();
		int samples = 0;
		try (RecordingFile recording = new RecordingFile(Path.of(args[0]))) {
			while (recording.hasMoreEvents()) {
				RecordedEvent event = recording.readEvent();
				RecordedStackTrace stack = event.getStackTrace();
				if (!isSample(event) || stack == null || !isOfEventLoop(event)) {
					continue;
				}
				samples++;
				RecordedMethod culprit = culprit(stack);
				owners.merge(ownerOf(culprit), 1, Integer::sum);
				if (ownerOf(culprit).equals("this filter")) {
					methods.merge(nameOf(culprit), 1, Integer::sum);
				}
			}
		}
		print("where", owners, samples, Integer.MAX_VALUE);
		print("of this filter", methods, samples, MOST_METHODS);
	}

	private static boolean isSample(RecordedEvent event) {
		return event.getEventType().getName().equals("jdk.ExecutionSample");
	}

	private static boolean isOfEventLoop(RecordedEvent event) {
		String thread = event.getThread("sampledThread").getJavaName();
		return thread != null && thread.startsWith("reactor-http-");
	}

	private static RecordedMethod culprit(RecordedStackTrace stack) {
		List<RecordedFrame> frames = stack.getFrames();
		return frames.stream()
			.map(RecordedFrame::getMethod)
			.filter((method) -> FOR_THEIR_CALLER.stream().noneMatch(typeOf(method)::startsWith))
			.findFirst()
			.orElse(frames.get(0).getMethod());
	}

	private static String ownerOf(RecordedMethod method) {
		return OWNERS.entrySet()
			.stream()
			.filter((owner) -> typeOf(method).startsWith(owner.getKey()))
			.max(Comparator.comparing((owner) -> owner.getKey().length()))
			.map(Map.Entry::getValue)
			.orElse("other");
	}

	private static String nameOf(RecordedMethod method) {
		String type = typeOf(method);
		return type.substring(type.lastIndexOf('.') + 1) + "." + method.getName();
	}

	private static String typeOf(RecordedMethod method) {
		return method.getType().getName();
	}

	private static void print(String what, Map<String, Integer> counts, int samples, int most) {
		System.out.printf("| %s | share of %d samples |%n|---|---|%n", what, samples);
		System.out.println(counts.entrySet()
			.stream()
			.sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
			.limit(most)
			.map((entry) -> "| %s | %.1f %% |".formatted(entry.getKey(), 100.0 * entry.getValue() / samples))
			.collect(Collectors.joining(System.lineSeparator())) + System.lineSeparator());
	}

}

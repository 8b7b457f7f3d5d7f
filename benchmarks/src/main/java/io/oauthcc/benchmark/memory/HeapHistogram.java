package io.oauthcc.benchmark.memory;

import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.management.JMException;
import javax.management.ObjectName;

/**
 * What is on the heap of this JVM and still reachable, by class.
 *
 * @param bytes the bytes of all objects of each class
 */
record HeapHistogram(Map<String, Long> bytes) {

	/** Its number, objects, bytes, class, and maybe the module. */
	private static final Pattern LINE = Pattern.compile("\\s*\\d+:\\s+\\d+\\s+(\\d+)\\s+(\\S+).*");

	/** The same as {@code jcmd GC.class_histogram}, a full collection included. */
	static HeapHistogram take() {
		try {
			Object text = ManagementFactory.getPlatformMBeanServer()
				.invoke(new ObjectName("com.sun.management:type=DiagnosticCommand"), "gcClassHistogram",
						new Object[] { new String[0] }, new String[] { String[].class.getName() });
			return parse(String.valueOf(text));
		}
		catch (JMException ex) {
			throw new IllegalStateException("This JVM has no diagnostic commands", ex);
		}
	}

	private static HeapHistogram parse(String text) {
		Map<String, Long> bytes = new TreeMap<>();
		for (Matcher line : text.lines().map(LINE::matcher).filter(Matcher::matches).toList()) {
			bytes.merge(line.group(2), Long.valueOf(line.group(1)), Long::sum);
		}
		return new HeapHistogram(bytes);
	}

	/** What has come since an earlier one; less than nothing where something has gone. */
	HeapHistogram since(HeapHistogram earlier) {
		Map<String, Long> difference = new TreeMap<>(this.bytes);
		earlier.bytes.forEach((name, before) -> difference.merge(name, -before, Long::sum));
		return new HeapHistogram(difference);
	}

	long total() {
		return this.bytes.values().stream().mapToLong(Long::longValue).sum();
	}

}

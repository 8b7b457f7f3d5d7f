package io.oauthcc.gateway.filter;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.convert.DurationStyle;
import org.springframework.boot.ssl.pem.PemContent;
import org.springframework.util.StringUtils;

/**
 * Collects what is wrong with options, and knows what is wrong with a single value.
 */
final class OptionErrors {

	private static final Log logger = LogFactory.getLog(OptionErrors.class);

	/** RFC 9110, section 5.6.2. */
	private static final Pattern HEADER_NAME = Pattern.compile("[!#$%&'*+\\-.^_`|~0-9A-Za-z]+");

	private final List<OptionError> errors;

	OptionErrors(List<OptionError> errors) {
		this.errors = errors;
	}

	void add(String option, String problem, String action) {
		this.errors.add(new OptionError(option, problem, action));
	}

	int inRange(String option, int value, int minimum, int maximum) {
		if (value < minimum || value > maximum) {
			add(option, "%d is out of range".formatted(value), "Use %d to %d.".formatted(minimum, maximum));
		}
		return value;
	}

	Duration inRange(String option, Duration value, Duration minimum, Duration maximum) {
		if (value.compareTo(minimum) < 0 || value.compareTo(maximum) > 0) {
			add(option, "%s is out of range".formatted(print(value)),
					"Use %s to %s.".formatted(print(minimum), print(maximum)));
		}
		return value;
	}

	private static String print(Duration value) {
		return DurationStyle.SIMPLE.print(value, ChronoUnit.SECONDS);
	}

	void headerName(String option, String name) {
		if (!isHeaderName(name)) {
			add(option, "is no header name", "Use the characters that RFC 9110, section 5.6.2 allows.");
		}
	}

	/**
	 * An absolute http or https URL without user info and fragment. It is not shown: it
	 * may hold a secret.
	 */
	@Nullable URI httpUrl(String option, String text, String example) {
		try {
			URI uri = new URI(text);
			if (Set.of("http", "https").contains(String.valueOf(uri.getScheme())) && StringUtils.hasText(uri.getHost())
					&& uri.getUserInfo() == null && uri.getFragment() == null && uri.getPort() <= 65535) {
				return uri;
			}
		}
		catch (URISyntaxException ex) {
			// Said below, without the text.
		}
		add(option, "is no absolute http or https URL",
				"Use a URL such as %s, without user info and fragment.".formatted(example));
		return null;
	}

	/** What a PEM holds, or {@code null} if it holds none of that or cannot be read. */
	<T> @Nullable T pem(String option, String text, Function<PemContent, @Nullable T> reader, String action) {
		try {
			T content = reader.apply(PemContent.of(text));
			if (content != null) {
				return content;
			}
		}
		catch (IllegalArgumentException | IllegalStateException ex) {
			// Its message may quote the text.
			logger.debug("%s: %s".formatted(option, ex.getClass().getName()));
		}
		add(option, "is no PEM that can be read", action);
		return null;
	}

	static boolean isHeaderName(String name) {
		return HEADER_NAME.matcher(name).matches();
	}

	void withoutControls(String option, String value) {
		if (value.chars().anyMatch(Character::isISOControl)) {
			add(option, "has a control character", "Remove it; a line break at the end is a frequent one.");
		}
	}

	/** A text that breaks no line of the message which shows it. */
	static String printable(String text) {
		return text.replaceAll("\\p{Cntrl}", "?");
	}

	/** A value that is there; YAML leaves an empty one where a key stands alone. */
	static @Nullable String text(@Nullable String value) {
		return StringUtils.hasText(value) ? value : null;
	}

}

package io.oauthcc.gateway.actuate;

import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.oauthcc.gateway.filter.OptionMask;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;

/**
 * Keeps the secrets among the options out of Spring Boot's endpoints {@code env} and
 * {@code configprops}, also where these show values.
 */
public final class OptionSanitizingFunction implements SanitizingFunction {

	private static final ConfigurationPropertyName STORE = ConfigurationPropertyName.of("store");

	private static final Pattern MIDDLEWARE = Pattern.compile("oauth-?cc\\.(defaults|middlewares|stores)\\W.*",
			Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

	/** Where a name ends and an option begins is not to be seen in a variable. */
	private static final Pattern MIDDLEWARE_VARIABLE = Pattern.compile("OAUTH_?CC_(DEFAULTS|MIDDLEWARES|STORES)_.*",
			Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

	private static final Pattern ARGUMENT = Pattern.compile(
			"(?<filter>spring[._]cloud[._]gateway[._].*?)(?<separator>[._])args[.\\[_](?<option>.*)",
			Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

	private final Environment environment;

	private final String filter;

	private final OptionMask mask;

	/**
	 * Create a function.
	 * @param environment tells whose options stand under {@code args}
	 * @param filter the name of the filter whose options these are
	 * @param mask hides its secrets
	 */
	public OptionSanitizingFunction(Environment environment, String filter, OptionMask mask) {
		this.environment = environment;
		this.filter = filter;
		this.mask = mask;
	}

	@Override
	public SanitizableData apply(SanitizableData data) {
		if (data.getValue() == null) {
			return data;
		}
		String value = data.getValue().toString();
		String shown = shown(data, value);
		return shown.equals(value) ? data : data.withValue(shown);
	}

	private String shown(SanitizableData data, String value) {
		String key = data.getKey();
		if (MIDDLEWARE_VARIABLE.matcher(key).matches()) {
			return OptionMask.MASK;
		}
		if (MIDDLEWARE.matcher(key).matches()) {
			return this.mask.mask(optionOf(ConfigurationPropertyName.adapt(key, '.')), value);
		}
		Matcher argument = ARGUMENT.matcher(key);
		return argument.matches() ? shown(argument, filters(argument, data.getPropertySource()), value) : value;
	}

	private String shown(Matcher argument, List<String> filters, String value) {
		String option = argument.group("option");
		if (filters.isEmpty()) {
			return this.mask.isPlainSecret(option, value) ? OptionMask.MASK : value;
		}
		if (filters.stream().noneMatch(this.filter::equalsIgnoreCase)) {
			return value;
		}
		return isVariable(argument) ? OptionMask.MASK : this.mask.mask(option, value);
	}

	private static ConfigurationPropertyName optionOf(ConfigurationPropertyName property) {
		return switch (property.getElement(1, Form.UNIFORM)) {
			case "defaults" -> property.subName(2);
			case "stores" -> STORE.append(property.subName(3));
			default -> property.subName(3);
		};
	}

	/**
	 * Which filters the argument may be of: one in another source may stand in the place
	 * of the source's own, whose arguments are shown still.
	 */
	private List<String> filters(Matcher argument, @Nullable PropertySource<?> source) {
		String name = argument.group("filter") + (isVariable(argument) ? "_NAME" : ".name");
		// A bean's property is spelt as none of the environment.
		String canonical = ConfigurationPropertyName.adapt(name, '.').toString();
		return Stream.of((source != null) ? source.getProperty(name) : null, this.environment.getProperty(canonical))
			.filter(Objects::nonNull)
			.map(Object::toString)
			.toList();
	}

	private static boolean isVariable(Matcher argument) {
		return argument.group("separator").equals("_");
	}

}

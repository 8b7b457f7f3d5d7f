package io.oauthcc.gateway.filter;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.AbstractBindHandler;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.PlaceholdersResolver;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.util.StringUtils;

/**
 * Binds options out of several sources, the first of which wins: maps are merged, lists
 * replaced. Goes on after an error, so that all of them are reported at once.
 */
final class OptionsBinder extends AbstractBindHandler {

	private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{.*}", Pattern.DOTALL);

	private final List<OptionError> errors;

	private final OptionReferences references;

	private final Set<ConfigurationPropertyName> bound = new HashSet<>();

	private final Set<ConfigurationPropertyName> failed = new HashSet<>();

	/** The names that users chose in all sources, as they spell them. */
	private final Map<ConfigurationPropertyName, String> chosen = new HashMap<>();

	private OptionsBinder(OptionReferences references, List<OptionError> errors) {
		this.references = references;
		this.errors = errors;
	}

	/**
	 * Bind options.
	 * @param sources where the options stand, each with the option's name as root
	 * @param placeholders resolves placeholders in values, or {@code null} for none
	 * @param references resolves references to secrets
	 * @param errors gets what is wrong
	 * @return the options, as far as they could be bound
	 */
	static OAuthClientCredentialsOptions bind(List<ConfigurationPropertySource> sources,
			@Nullable PlaceholdersResolver placeholders, OptionReferences references, List<OptionError> errors) {
		OptionsBinder handler = new OptionsBinder(references, errors);
		OAuthClientCredentialsOptions options = new Binder(sources, placeholders).bindOrCreate("",
				Bindable.of(OAuthClientCredentialsOptions.class), handler);
		sources.forEach(handler::refuseUnknown);
		return options;
	}

	@Override
	public Object onSuccess(ConfigurationPropertyName name, Bindable<?> target, BindContext context, Object result) {
		this.bound.add(name);
		if (result instanceof String text) {
			refusePlaceholder(name, text);
			String option = OptionNames.canonical(name);
			return OptionNames.isFile(option) ? this.references.resolveFile(option, text, new OptionErrors(this.errors))
					: this.references.resolve(option, text, new OptionErrors(this.errors));
		}
		// A list that stands there as one string has no elements of its own to check.
		if (result instanceof List<?> list && isOneString(context)) {
			return list.stream().map((element) -> element(name, element.toString())).toList();
		}
		return result;
	}

	private String element(ConfigurationPropertyName name, String text) {
		refusePlaceholder(name, text);
		return this.references.resolveWords(OptionNames.canonical(name), text, new OptionErrors(this.errors));
	}

	private static boolean isOneString(BindContext context) {
		ConfigurationProperty property = context.getConfigurationProperty();
		return property != null && !property.getName().isLastElementIndexed();
	}

	private void refusePlaceholder(ConfigurationPropertyName name, String value) {
		if (PLACEHOLDER.matcher(value).find()) {
			this.errors.add(new OptionError(OptionNames.canonical(name), "nothing resolves the placeholder",
					"Define the property or the environment variable that it names."));
		}
	}

	@Override
	public @Nullable Object onFailure(ConfigurationPropertyName name, Bindable<?> target, BindContext context,
			Exception error) {
		this.failed.add(name);
		ConfigurationProperty property = property(name, context);
		if (property == null) {
			this.errors.add(new OptionError(OptionNames.canonical(name), "cannot be read",
					"Number the elements of a list from [0] on, and leave out none."));
		}
		// What stands without a value keeps its default.
		else if (!"".equals(property.getValue())) {
			this.errors.add(OptionNames.notConvertible(name, target, property.getValue()));
		}
		return null;
	}

	/** Spring Boot 4.0 no longer knows it once it has looked for what stands below. */
	private static @Nullable ConfigurationProperty property(ConfigurationPropertyName name, BindContext context) {
		ConfigurationProperty property = context.getConfigurationProperty();
		Iterator<ConfigurationPropertySource> sources = context.getSources().iterator();
		while (property == null && sources.hasNext()) {
			property = sources.next().getConfigurationProperty(name);
		}
		return property;
	}

	private void refuseUnknown(ConfigurationPropertySource source) {
		if (!(source instanceof IterableConfigurationPropertySource iterable)) {
			return;
		}
		Map<ConfigurationPropertyName, String> entries = new HashMap<>();
		for (ConfigurationPropertyName name : iterable) {
			if (OptionNames.isEntry(name)) {
				refuseAmbiguous(name, entries);
			}
			ConfigurationPropertyName option = OptionNames.withoutIndex(name);
			// It may have several elements, and stand in several sources.
			if (!isKnown(name) && this.failed.add(option)) {
				this.errors.add(OptionNames.unknown(option));
			}
		}
	}

	private void refuseAmbiguous(ConfigurationPropertyName name, Map<ConfigurationPropertyName, String> entries) {
		String display = OptionNames.display(name);
		String other = entries.putIfAbsent(name, display);
		String elsewhere = this.chosen.putIfAbsent(name, display);
		// Another source may spell it in another case, and only the first counts.
		boolean alike = elsewhere != null && !elsewhere.equalsIgnoreCase(display);
		if (alike || (other != null && !other.equals(display))) {
			this.errors.add(new OptionError(OptionNames.canonical(name),
					"is the same as '%s' to Spring Boot".formatted(alike ? elsewhere : other),
					"Put both names in brackets: '[%s]'.".formatted(name.getLastElement(Form.ORIGINAL))));
		}
		if (name.getNumberOfElements() > 2 && name.isLastElementIndexed()) {
			this.errors.add(new OptionError(display, "is an element of a list", "Use one text."));
		}
	}

	private boolean isKnown(ConfigurationPropertyName name) {
		if (this.bound.contains(name) || this.failed.contains(name)) {
			return true;
		}
		// An element of a list that another source replaces is not bound.
		ConfigurationPropertyName list = OptionNames.withoutIndex(name);
		return !list.equals(name) && this.bound.contains(list);
	}

}

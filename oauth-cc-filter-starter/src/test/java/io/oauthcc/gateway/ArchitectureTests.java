package io.oauthcc.gateway;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import reactor.core.publisher.Mono;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.security.oauth2.client.ReactiveOAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.endpoint.ReactiveOAuth2AccessTokenResponseClient;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/**
 * Arrows between packages point one way only, and each package sees only what it is for.
 */
@AnalyzeClasses(packages = "io.oauthcc.gateway", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {

	@ArchTest
	static final ArchRule layers = layeredArchitecture().consideringOnlyDependenciesInLayers()
		.layer("autoconfigure")
		.definedBy("io.oauthcc.gateway.autoconfigure")
		.layer("actuate")
		.definedBy("io.oauthcc.gateway.actuate")
		.layer("filter")
		.definedBy("io.oauthcc.gateway.filter")
		.layer("attempt")
		.definedBy("io.oauthcc.gateway.attempt")
		.layer("client")
		.definedBy("io.oauthcc.gateway.token.client")
		.layer("cache")
		.definedBy("io.oauthcc.gateway.token.cache")
		.layer("redis")
		.definedBy("io.oauthcc.gateway.token.redis")
		.layer("token")
		.definedBy("io.oauthcc.gateway.token")
		.layer("observation")
		.definedBy("io.oauthcc.gateway.observation")
		.layer("claims")
		.definedBy("io.oauthcc.gateway.claims")
		.layer("secret")
		.definedBy("io.oauthcc.gateway.secret")
		.layer("kubernetes")
		.definedBy("io.oauthcc.gateway.secret.kubernetes")
		.whereLayer("autoconfigure")
		.mayNotBeAccessedByAnyLayer()
		.whereLayer("filter")
		.mayOnlyBeAccessedByLayers("autoconfigure", "actuate")
		.whereLayer("actuate")
		.mayOnlyBeAccessedByLayers("autoconfigure")
		.whereLayer("attempt")
		.mayOnlyBeAccessedByLayers("filter")
		.whereLayer("client")
		.mayOnlyBeAccessedByLayers("autoconfigure")
		.whereLayer("cache")
		.mayOnlyBeAccessedByLayers("autoconfigure")
		.whereLayer("redis")
		.mayOnlyBeAccessedByLayers("autoconfigure")
		.whereLayer("observation")
		.mayOnlyBeAccessedByLayers("autoconfigure", "actuate", "filter", "attempt", "cache", "redis")
		.whereLayer("claims")
		.mayOnlyBeAccessedByLayers("filter")
		.whereLayer("secret")
		.mayOnlyBeAccessedByLayers("autoconfigure", "filter", "kubernetes")
		.whereLayer("kubernetes")
		.mayOnlyBeAccessedByLayers("autoconfigure")
		.whereLayer("token")
		.mayOnlyBeAccessedByLayers("autoconfigure", "actuate", "observation", "filter", "attempt", "client", "cache",
				"redis");

	@ArchTest
	static final ArchRule cycles = slices().matching("io.oauthcc.gateway.(**)").should().beFreeOfCycles();

	@ArchTest
	static final ArchRule tokenKnowsNoGatewayAndNoBoot = noClasses().that()
		.resideInAPackage("io.oauthcc.gateway.token..")
		.should()
		.dependOnClassesThat()
		.resideInAnyPackage("org.springframework.boot..", "org.springframework.cloud..");

	@ArchTest
	static final ArchRule claimsKnowJsonAlone = classes().that()
		.resideInAPackage("io.oauthcc.gateway.claims")
		.should()
		.onlyDependOnClassesThat()
		.resideInAnyPackage("java..", "org.jspecify.annotations..", "tools.jackson.core..",
				"io.oauthcc.gateway.claims");

	@ArchTest
	static final ArchRule filterKnowsNoHttpClient = noClasses().that()
		.resideInAPackage("io.oauthcc.gateway.filter")
		.and()
		.doNotHaveSimpleName("ConnectionScheduler")
		.should()
		.dependOnClassesThat()
		.resideInAnyPackage("reactor.netty..", "io.netty..", "org.springframework.web.reactive.function.client..",
				"com.github.benmanes.caffeine..", "org.springframework.data..", "io.lettuce..");

	@ArchTest
	static final ArchRule kubernetesStaysInItsPackage = noClasses().that()
		.resideOutsideOfPackages("io.oauthcc.gateway.secret.kubernetes", "io.oauthcc.gateway.autoconfigure")
		.should()
		.dependOnClassesThat()
		.resideInAnyPackage("io.fabric8..", "org.springframework.cloud.kubernetes..");

	@ArchTest
	static final ArchRule nothingBlocks = noClasses().should()
		.callMethod(Mono.class, "block")
		.orShould()
		.callMethod(Thread.class, "sleep", long.class);

	@ArchTest
	static final ArchRule autoConfigurationsAreFinal = classes().that()
		.areAnnotatedWith(AutoConfiguration.class)
		.should()
		.haveModifier(JavaModifier.FINAL);

	@ArchTest
	static final ArchRule beanMethodsArePackagePrivate = methods().that()
		.areAnnotatedWith(Bean.class)
		.should()
		.bePackagePrivate();

	@ArchTest
	static final ArchRule noBeanOfSpringSecuritysTypes = methods().that()
		.areAnnotatedWith(Bean.class)
		.should()
		.notHaveRawReturnType(DescribedPredicate.describe("a type of Spring Security",
				(type) -> type.isAssignableTo(ReactiveOAuth2AuthorizedClientManager.class)
						|| type.isAssignableTo(ReactiveOAuth2AccessTokenResponseClient.class)));

}

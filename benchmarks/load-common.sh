# Sourced by cold.sh and hostile.sh in the project's folder: builds what they start.
./mvnw -q -B -ntp -Pbenchmarks -pl benchmarks,benchmarks/spring-security-gateway,sample-gateway -am -DskipTests package
java="$(command -v java) -Xms512m -Xmx512m"
jar=$(ls sample-gateway/target/sample-gateway-*.jar | grep -v -e sources -e javadoc -e original | head -n 1)
sample="$java -jar $jar --spring.config.additional-location=file:benchmarks/load.yml"

load_driver() { java -Xms512m -Xmx512m -cp "benchmarks/target/classes:$(cat benchmarks/target/benchmarks.classpath)" "$@"; }

// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.NullMarked;

/** What the architecture asks of classes and fields beyond ArchUnit's own vocabulary. */
final class Conditions {

  private Conditions() {}

  static ArchCondition<JavaClass> beInANullMarkedPackage() {
    return condition(
        "be in a package that is @NullMarked",
        type ->
            type.getPackage().isAnnotatedWith(NullMarked.class)
                ? Optional.empty()
                : Optional.of(type.getName() + " is in a package without @NullMarked"));
  }

  /**
   * The type of a field does not say whether a list can be changed, so collections are looked at
   * themselves: only those of {@code List.of} and its kin are accepted, and of arrays the empty
   * ones.
   */
  static ArchCondition<JavaField> holdNothingMutable() {
    return condition(
        "hold nothing mutable",
        field ->
            isMutable(field)
                ? Optional.of(field.getFullName() + " can be changed")
                : Optional.empty());
  }

  private static boolean isMutable(JavaField field) {
    JavaClass type = field.getRawType();
    if (type.isAssignableTo(Collection.class) || type.isAssignableTo(Map.class)) {
      return !valueOf(field).getClass().getName().startsWith("java.util.ImmutableCollections");
    }
    if (type.isArray()) {
      return Array.getLength(valueOf(field)) > 0;
    }
    return type.isAssignableTo(ThreadLocal.class)
        || type.isAssignableTo(StringBuilder.class)
        || type.getPackageName().startsWith("java.util.concurrent");
  }

  private static Object valueOf(JavaField field) {
    try {
      Field reflected = field.reflect();
      reflected.setAccessible(true);
      return reflected.get(null);
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }

  private static <T> ArchCondition<T> condition(
      String description, Function<T, Optional<String>> violation) {
    return new ArchCondition<>(description) {
      @Override
      public void check(T item, ConditionEvents events) {
        violation
            .apply(item)
            .ifPresent(message -> events.add(SimpleConditionEvent.violated(item, message)));
      }
    };
  }
}

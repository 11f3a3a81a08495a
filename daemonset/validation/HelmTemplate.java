// SPDX-License-Identifier: Apache-2.0

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import java.nio.file.Path;

/**
 * What {@code helm template} does, by Helm itself as a library: there is no package of the command
 * that a build could fetch. Run as {@code java HelmTemplate.java CHART
 * NAMESPACE [NAME=VALUE | NAME=@FILE]...}; prints the manifests.
 */
final class HelmTemplate {

  private HelmTemplate() {}

  public static void main(String[] arguments) {
    TemplateCommand template =
        new Helm(Path.of(arguments[0]))
            .template()
            .withName("kernelgate")
            .withNamespace(arguments[1])
            .withKubeVersion("1.30");
    for (int i = 2; i < arguments.length; i++) {
      String[] setting = arguments[i].split("=", 2);
      if (setting[1].startsWith("@")) {
        template.setFile(setting[0], Path.of(setting[1].substring(1)));
      } else {
        template.set(setting[0], setting[1]);
      }
    }
    System.out.println(template.call());
  }
}

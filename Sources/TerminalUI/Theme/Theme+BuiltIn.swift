import TextOutput

extension Theme {
  /// Themes that are compiled in, the default theme first. Their sources are in the top-level folder Themes.
  package static let builtIn: [Theme] = [
    midnight, embedded(PackageResources.daylight_toml, file: "daylight.toml"),
    embedded(PackageResources.high_contrast_toml, file: "high-contrast.toml"),
    embedded(PackageResources.sixteen_toml, file: "sixteen.toml"),
    embedded(PackageResources.deuteranopia_toml, file: "deuteranopia.toml"),
    embedded(PackageResources.tritanopia_toml, file: "tritanopia.toml"),
    embedded(PackageResources.year_2000_toml, file: "year-2000.toml"), monochrome,
  ]

  /// Default theme: muted colours on a dark blue background.
  package static let midnight = embedded(PackageResources.midnight_toml, file: "midnight.toml")

  /// Theme without colours, for monochrome terminals and for `NO_COLOR`.
  package static let monochrome = embedded(PackageResources.monochrome_toml, file: "monochrome.toml")

  /// Returns the built-in theme called `name`.
  ///
  /// - Throws: ``ThemeError`` if there is no such theme; the error suggests the most similar name and lists all names.
  package static func named(_ name: String) throws(ThemeError) -> Theme {
    if let theme = builtIn.first(where: { $0.name == name }) { return theme }
    let known = builtIn.map(\.name)
    throw ThemeError(
      file: nil, line: nil,
      problem:
        "unknown theme '\(name)'; known themes: \(known.joined(separator: ", "))\(EditDistance.suggestion(for: name, among: known))"
    )
  }

  private static func embedded(_ bytes: [UInt8], file: String) -> Theme {
    do {
      return try Theme(toml: String(decoding: bytes, as: UTF8.self), file: file)
    } catch {
      // The files are compiled in and parsed by a test, so that an error here cannot be caused by the user.
      preconditionFailure(error.description)
    }
  }
}

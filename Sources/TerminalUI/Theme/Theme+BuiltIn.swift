extension Theme {
  /// The themes in the program itself, the one to start with first. Their files lie in the top-level folder Themes.
  public static let builtIn: [Theme] = [
    midnight, embedded(PackageResources.daylight_toml, file: "daylight.toml"),
    embedded(PackageResources.high_contrast_toml, file: "high-contrast.toml"),
    embedded(PackageResources.sixteen_toml, file: "sixteen.toml"),
    embedded(PackageResources.deuteranopia_toml, file: "deuteranopia.toml"),
    embedded(PackageResources.tritanopia_toml, file: "tritanopia.toml"),
    embedded(PackageResources.year_2000_toml, file: "year-2000.toml"), monochrome,
  ]

  /// Muted colours on a dark blue ground.
  public static let midnight = embedded(PackageResources.midnight_toml, file: "midnight.toml")

  /// Attributes alone, for terminals without colours and for `NO_COLOR`.
  public static let monochrome = embedded(PackageResources.monochrome_toml, file: "monochrome.toml")

  /// The built-in theme called `name`.
  ///
  /// - Throws: a ``ThemeError`` that names the nearest one there is.
  public static func named(_ name: String) throws(ThemeError) -> Theme {
    if let theme = builtIn.first(where: { $0.name == name }) { return theme }
    let known = builtIn.map(\.name)
    throw ThemeError(
      file: nil, line: nil,
      problem: "no theme is called '\(name)'\(nearest(to: name, in: known)); there are \(known.joined(separator: ", "))"
    )
  }

  private static func embedded(_ bytes: [UInt8], file: String) -> Theme {
    do {
      return try Theme(toml: String(decoding: bytes, as: UTF8.self), file: file)
    } catch {
      // The files are compiled in and tested; there is no user who could mend one.
      preconditionFailure(error.description)
    }
  }
}

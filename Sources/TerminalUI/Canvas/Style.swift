/// Colours and attributes of a cell.
///
/// A nil colour is transparent: ``over(_:)`` keeps the colour of the style below, and a cell without any colour has the
/// terminal's default colour.
public struct Style: Hashable, Sendable {
  /// Colour of the glyph; nil if transparent.
  public var foreground: Color?
  /// Colour behind the glyph; nil if transparent.
  public var background: Color?
  /// Bold, dim, reverse and underline.
  public var attributes: Attributes

  /// Creates a style; by default ``plain``.
  public init(foreground: Color? = nil, background: Color? = nil, attributes: Attributes = []) {
    self.foreground = foreground
    self.background = background
    self.attributes = attributes
  }

  /// Style without colours and attributes: laid over another style it changes nothing.
  public static let plain = Style()

  /// Returns this style laid over `base`: the colours of this style, or those of `base` where they are nil, and the
  /// attributes of both.
  public func over(_ base: Style) -> Style {
    Style(
      foreground: foreground ?? base.foreground, background: background ?? base.background,
      attributes: attributes.union(base.attributes))
  }

  /// Returns the style with `attributes` added to its own.
  public func adding(_ attributes: Attributes) -> Style {
    Style(foreground: foreground, background: background, attributes: self.attributes.union(attributes))
  }
}

extension Style {
  /// Text attributes that do not depend on colours.
  public struct Attributes: OptionSet, Hashable, Sendable {
    /// Bit mask.
    public let rawValue: UInt8

    /// Creates the set with the bits of `rawValue`.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Bold or brighter text.
    public static let bold = Attributes(rawValue: 1)
    /// Fainter text.
    public static let dim = Attributes(rawValue: 2)
    /// Foreground and background colour exchanged.
    public static let reverse = Attributes(rawValue: 4)
    /// Underlined text.
    public static let underline = Attributes(rawValue: 8)
  }
}

/// How a cell looks: colours and attributes.
///
/// A nil colour says nothing: drawn over another style it lets that one's colour through (``over(_:)``), and where
/// nothing lies beneath it is the terminal's own.
public struct Style: Hashable, Sendable {
  /// The glyph's colour.
  public var foreground: Color?
  /// The colour behind the glyph.
  public var background: Color?
  /// Bold, dim and so on.
  public var attributes: Attributes

  /// A style; by default one that changes nothing.
  public init(foreground: Color? = nil, background: Color? = nil, attributes: Attributes = []) {
    self.foreground = foreground
    self.background = background
    self.attributes = attributes
  }

  /// The style that changes nothing.
  public static let plain = Style()

  /// This style laid over another: its colours where it has any, and the attributes of both.
  public func over(_ base: Style) -> Style {
    Style(
      foreground: foreground ?? base.foreground, background: background ?? base.background,
      attributes: attributes.union(base.attributes))
  }

  /// The style with more attributes.
  public func adding(_ attributes: Attributes) -> Style {
    Style(foreground: foreground, background: background, attributes: self.attributes.union(attributes))
  }
}

extension Style {
  /// Attributes that every terminal worth the name shows, with or without colours.
  public struct Attributes: OptionSet, Hashable, Sendable {
    /// The bits.
    public let rawValue: UInt8

    /// The set with these bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Heavier or brighter.
    public static let bold = Attributes(rawValue: 1)
    /// Fainter.
    public static let dim = Attributes(rawValue: 2)
    /// Foreground and background exchanged.
    public static let reverse = Attributes(rawValue: 4)
    /// A line below.
    public static let underline = Attributes(rawValue: 8)
  }
}

/// Text in one style. A line in several styles is an array of spans.
public struct Span: Hashable, Sendable {
  /// Text of the span.
  public var text: String
  /// Style of the text.
  public var style: Style

  /// Creates a span of `text` in `style`.
  public init(_ text: String, _ style: Style = .plain) {
    self.text = text
    self.style = style
  }
}

/// Horizontal alignment of text.
public enum Alignment: Hashable, Sendable {
  /// At the left edge.
  case leading
  /// Centred.
  case center
  /// At the right edge.
  case trailing

  /// Returns the first column of text `width` columns wide that is aligned in `room` columns; 0 if the text does not
  /// fit.
  public func offset(of width: Int, in room: Int) -> Int {
    let slack = max(0, room - width)
    return switch self {
    case .leading: 0
    case .center: slack / 2
    case .trailing: slack
    }
  }
}

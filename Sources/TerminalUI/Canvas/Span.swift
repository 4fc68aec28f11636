/// A piece of text with a style of its own; a line of several is an array of them.
public struct Span: Hashable, Sendable {
  /// What is shown.
  public var text: String
  /// How it looks.
  public var style: Style

  /// `text` in `style`.
  public init(_ text: String, _ style: Style = .plain) {
    self.text = text
    self.style = style
  }
}

/// Where text lies in the room it has.
public enum Alignment: Hashable, Sendable {
  /// At the left.
  case leading
  /// In the middle.
  case center
  /// At the right.
  case trailing

  /// How far from the left text of `width` columns starts in `room` columns; 0 if it does not fit.
  public func offset(of width: Int, in room: Int) -> Int {
    let slack = max(0, room - width)
    return switch self {
    case .leading: 0
    case .center: slack / 2
    case .trailing: slack
    }
  }
}

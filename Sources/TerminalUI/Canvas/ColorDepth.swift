/// Number of colours that a terminal can show.
public enum ColorDepth: String, Hashable, Sendable, CaseIterable, Comparable {
  /// No colours, only attributes: monochrome terminals, or `NO_COLOR` is set.
  case none
  /// Sixteen colours of ECMA-48 and aixterm, whose values the user configures in the terminal.
  case sixteen = "16"
  /// 256 colours of xterm: the sixteen above, a 6 x 6 x 6 cube and 24 greys.
  case indexed = "256"
  /// 24-bit colour: 8 bits each of red, green and blue.
  case trueColor = "truecolor"

  /// Returns the depth of a terminal whose terminfo entry has `colorCount` colours.
  ///
  /// A terminal of 8 colours has depth ``sixteen``: the backend shows the bright colours as bold.
  public init(colorCount: Int) {
    self =
      switch colorCount {
      case ..<8: .none
      case ..<256: .sixteen
      case ..<(1 << 24): .indexed
      default: .trueColor
      }
  }

  /// Whether `left` has fewer colours than `right`.
  public static func < (left: ColorDepth, right: ColorDepth) -> Bool { left.order < right.order }

  private var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

extension Color {
  /// Returns the index of the nearest colour of a terminal's palette.
  ///
  /// - ``ColorDepth/sixteen``: the index of one of the sixteen colours in xterm's default values; for other colours the
  ///   nearest by hue among 0...15.
  /// - ``ColorDepth/indexed``: nearest by squared distance in sRGB among 16...255, with the values of xterm's
  ///   `256colres.h`. The first sixteen are not used, because the user can configure them to any colour.
  /// - ``ColorDepth/trueColor``: 0xRRGGBB.
  /// - ``ColorDepth/none``, or the terminal's default colour: nil.
  ///
  /// - Complexity: O(1).
  public func paletteIndex(in depth: ColorDepth) -> Int? {
    guard case .rgb(let red, let green, let blue) = self else { return nil }
    let color = (Int(red), Int(green), Int(blue))
    switch depth {
    case .none: return nil
    case .sixteen: return nearestOf16(to: color)
    case .indexed: return nearestOf240(to: color)
    case .trueColor: return color.0 << 16 | color.1 << 8 | color.2
    }
  }
}

/// Red, green and blue, each 0...255.
private typealias Components = (Int, Int, Int)

/// Default values of the sixteen colours in xterm's `XTerm-col.ad`, as 0xRRGGBB.
private let sixteenColors = [
  0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5, 0x7f7f7f, 0xff0000, 0x00ff00,
  0xffff00,
  0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff,
]

/// Component values of the 6 x 6 x 6 cube in xterm's `256colres.h`.
private let cubeLevels = [0, 95, 135, 175, 215, 255]

/// Squared Euclidean distance of two colours in sRGB.
private func distance(_ left: Components, _ right: Components) -> Int {
  let (red, green, blue) = (left.0 - right.0, left.1 - right.1, left.2 - right.2)
  return red * red + green * green + blue * blue
}

/// Returns the index of the nearest of the sixteen colours, by hue: distance would turn most muted colours into the
/// same grey.
///
/// A component contributes to the hue if it is above the mean of the strongest and the weakest component. The colour is
/// a bright one (8...15) if its strongest component is at least 192.
private func nearestOf16(to color: Components) -> Int {
  if let exact = sixteenColors.firstIndex(of: color.0 << 16 | color.1 << 8 | color.2) { return exact }
  let strongest = max(color.0, color.1, color.2)
  let weakest = min(color.0, color.1, color.2)
  guard strongest - weakest >= 40 else {
    // Black, dark grey, light grey, white.
    return [0, 8, 7, 15][(color.0 + color.1 + color.2) / 3 / 64]
  }
  let middle = (strongest + weakest) / 2
  let hue = (color.0 > middle ? 1 : 0) + (color.1 > middle ? 2 : 0) + (color.2 > middle ? 4 : 0)
  return hue + (strongest >= 192 ? 8 : 0)
}

/// Returns the index of the nearest colour of the cube and the greys, 16...255.
private func nearestOf240(to color: Components) -> Int {
  func cubeIndex(_ value: Int) -> Int { value < 48 ? 0 : value < 115 ? 1 : (value - 35) / 40 }
  let (red, green, blue) = (cubeIndex(color.0), cubeIndex(color.1), cubeIndex(color.2))
  let cube = (cubeLevels[red], cubeLevels[green], cubeLevels[blue])
  let mean = (color.0 + color.1 + color.2) / 3
  let greyIndex = min(max((mean - 3) / 10, 0), 23)
  let grey = 8 + 10 * greyIndex
  return distance(color, (grey, grey, grey)) < distance(color, cube)
    ? 232 + greyIndex : 16 + 36 * red + 6 * green + blue
}

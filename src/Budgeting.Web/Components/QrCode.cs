using System.Text;
using QRCoder;

namespace Budgeting.Web.Components;

/// <summary>Draws QR codes on the server, as pictures that stand in the page itself.</summary>
public static class QrCode
{
    /// <summary>The picture of a text, as the address of an <c>img</c>: black on white with the quiet zone readers need, sharp at any size.</summary>
    public static string Picture(string text)
    {
        using var generator = new QRCodeGenerator();
        using var data = generator.CreateQrCode(text, QRCodeGenerator.ECCLevel.M);
        using var drawing = new SvgQRCode(data);
        var svg = drawing.GetGraphic(new System.Drawing.Size(232, 232), "#000000", "#ffffff", drawQuietZones: true, SvgQRCode.SizingMode.ViewBoxAttribute);
        return "data:image/svg+xml;base64," + Convert.ToBase64String(Encoding.UTF8.GetBytes(svg));
    }
}

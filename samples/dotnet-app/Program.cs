var builder = WebApplication.CreateBuilder(args);
var app = builder.Build();

app.MapGet("/", () => $"Hello from .NET {Environment.Version}!");
app.MapGet("/healthz", () => Results.Ok());

app.Run();

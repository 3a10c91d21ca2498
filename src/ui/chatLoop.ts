import * as vscode from 'vscode';
import { reasonOf } from '../base/log.ts';
import { modelTextFilter } from './modelText.ts';

/** Turns of tool calls that one question may take. */
const rounds = 8;

export interface LoopNeeds {
  readonly request: vscode.ChatRequest;
  readonly messages: vscode.LanguageModelChatMessage[];
  readonly tools: readonly vscode.LanguageModelChatTool[];
  readonly stream: vscode.ChatResponseStream;
  readonly token: vscode.CancellationToken;
}

interface Turn {
  readonly text: string;
  readonly calls: readonly vscode.LanguageModelToolCallPart[];
}

async function oneTurn(needs: LoopNeeds, last: boolean): Promise<Turn> {
  const { request, messages, tools, stream, token } = needs;
  // In the last round there are no tools, so that the model has to answer with what it knows.
  const options = last ? {} : { tools: [...tools] };
  const response = await request.model.sendRequest(messages, options, token);
  const filter = modelTextFilter();
  const calls: vscode.LanguageModelToolCallPart[] = [];
  let text = '';
  const show = (piece: string): void => {
    if (piece !== '') stream.markdown(piece);
  };
  for await (const part of response.stream) {
    if (part instanceof vscode.LanguageModelTextPart) {
      text += part.value;
      show(filter.push(part.value));
    } else if (part instanceof vscode.LanguageModelToolCallPart) {
      calls.push(part);
    }
  }
  show(filter.end());
  return { text, calls };
}

/** Calls go through VS Code, so that its confirmation stands in the chat; only our own tools can be called. */
async function callTool(call: vscode.LanguageModelToolCallPart, needs: LoopNeeds): Promise<vscode.LanguageModelToolResultPart> {
  const answer = (text: string): vscode.LanguageModelToolResultPart =>
    new vscode.LanguageModelToolResultPart(call.callId, [new vscode.LanguageModelTextPart(text)]);
  if (!needs.tools.some(tool => tool.name === call.name))
    return answer(`There is no tool of this name. Tools: ${needs.tools.map(tool => tool.name).join(', ')}.`);
  try {
    const options = { input: call.input, toolInvocationToken: needs.request.toolInvocationToken };
    const result = await vscode.lm.invokeTool(call.name, options, needs.token);
    return new vscode.LanguageModelToolResultPart(call.callId, [...result.content]);
  } catch (error) {
    return answer(`The tool failed: ${reasonOf(error)}`);
  }
}

/** Asks the model, runs the tools it asks for, and asks again, until it answers without tools. Gives whether anything was said. */
export async function toolLoop(needs: LoopNeeds): Promise<boolean> {
  let said = false;
  for (let round = 1; round <= rounds && !needs.token.isCancellationRequested; round++) {
    const { text, calls } = await oneTurn(needs, round === rounds);
    said ||= text.trim() !== '';
    if (calls.length === 0) return said;
    const parts = text === '' ? [...calls] : [new vscode.LanguageModelTextPart(text), ...calls];
    needs.messages.push(vscode.LanguageModelChatMessage.Assistant(parts));
    const results: vscode.LanguageModelToolResultPart[] = [];
    for (const call of calls) results.push(await callTool(call, needs));
    needs.messages.push(vscode.LanguageModelChatMessage.User(results));
  }
  return said;
}
